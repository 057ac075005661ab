import type {
  CallExpression,
  Node,
  NoSubstitutionTemplateLiteral,
  SourceFile,
  StringLiteral,
  TemplateExpression,
} from 'typescript/unstable/ast';
import type { Project } from 'typescript/unstable/sync';

/** What stands for a value where a template's fixed text is looked at. */
const VALUE = '\uFFFC';

/** What people read, under the names that it has here and in VS Code's API. */
const shown =
  /^(alt|describe|description|detail|empty|invocationMessage|label|message|openLabel|placeholder|prompt|saveLabel|signInFirst|spoken|text|title|tooltip|words)$/;
/** Which arguments of a function are read by people. */
const told = new Map<string, number[]>([
  ['appendLine', [0]],
  ['confirm', [0, 1, 2]],
  ['dimLine', [0]],
  ['factRow', [2, 3]],
  ['field', [0, 1]],
  ['image', [0]],
  ['inSteps', [0]],
  ['machineForm', [2]],
  ['malformed', [0]],
  ['optionalSize', [1]],
  ['pickLauncher', [2]],
  ['pickMany', [2]],
  ['pickModel', [2]],
  ['progress', [0]],
  ['RemoteError', [1]],
  ['say', [0]],
  ['showErrorMessage', [0, 1, 2, 3, 4]],
  ['showInformationMessage', [0, 1, 2, 3, 4]],
  ['showWarningMessage', [0, 1, 2, 3, 4]],
  ['size', [1]],
  ['whileBusy', [1]],
]);
/** What writes or compares as a language does. */
const localised = /^(toLocale\w+|localeCompare)$/;
/** An abbreviation or a unit, such as `CPU`, `A100 80GB` and `${size} MiB`, which every language has as it is. */
const abbreviation = /^([A-Z]*|[KMGT]iB)$/;
/** Names, examples of what to type, and what is typed or kept. */
const names = new Set([
  ...['Remote Compute', 'Decthings', 'Swan', 'RemoteError'],
  ...['0x…', 'gpu-training', 'python3 train.py'],
  ...['id: \uFFFC', 'ssh \uFFFC@\uFFFC', 'watch ', 'speed up'],
]);
/** Values of the service, which read like words. */
const values = new Set(['Running', 'Complete', 'Ended', 'Cancelled', 'Failed']);
/** Where texts are for language models, but for those that VS Code shows. */
const forModels = /\/commands\/tools\/(listResources|readTask|tool)\.ts$/;
/** What a log is given, and what whoever mends a defect reads. */
const untold = /^(Error|RangeError|TypeError|.*\.(debug|error|failed|info|trace|warn))$/;

type Plain = StringLiteral | NoSubstitutionTemplateLiteral;
export type Literal = Plain | TemplateExpression;

/** The syntax of TypeScript, as its own compiler has it. */
export async function openSyntax(): Promise<Syntax> {
  const [{ API }, ast] = await Promise.all([import('typescript/unstable/sync'), import('typescript/unstable/ast')]);
  const api = new API();
  const project = api.updateSnapshot({ openProject: 'tsconfig.json' }).getProjects()[0];
  if (!project) throw new Error('tsconfig.json is no project.');
  return new Syntax(project, ast, () => api.close());
}

type Ast = typeof import('typescript/unstable/ast');

export class Syntax {
  constructor(
    private readonly project: Project,
    private readonly ast: Ast,
    readonly close: () => void,
  ) {}

  file(path: string): SourceFile {
    const file = this.project.program.getSourceFile(path);
    if (!file) throw new Error(`${path} is not in the project.`);
    return file;
  }

  /** The templates that `t` is called with. A call with anything else than a literal is given as what it is. */
  templates(file: SourceFile): { template: string | undefined; values: number; at: string }[] {
    return this.all(file).flatMap(node => {
      if (!this.ast.isCallExpression(node) || !this.isTranslation(node)) return [];
      const [first, ...values] = node.arguments;
      const template = first && this.isPlain(first) ? first.text : undefined;
      return { template, values: values.length, at: place(file, node) };
    });
  }

  /** The literals and keys that read like words for a person, and are not given to `t`. */
  untranslated(file: SourceFile): Node[] {
    return this.all(file).filter(node => {
      if (!this.isLiteral(node) || !this.isValue(node)) return this.isShownKey(node);
      return this.isForPeople(node) && (!forModels.test(file.fileName) || this.isShown(node));
    });
  }

  /** What is written or compared as the machine's language, or a fixed one, has it. */
  foreign(file: SourceFile): Node[] {
    const { ast } = this;
    return this.all(file).filter(node => {
      if (!ast.isPropertyAccessExpression(node)) return false;
      const name = node.name.text;
      if (!localised.test(name) && nameOf(node.expression) !== 'Intl') return false;
      const call = node.parent;
      if (!(ast.isCallExpression(call) || ast.isNewExpression(call)) || call.expression !== node) return true;
      const language = call.arguments?.[name === 'localeCompare' ? 1 : 0];
      return !(language && ast.isCallExpression(language) && nameOf(language.expression) === 'locale');
    });
  }

  /** A dialog shows the names of its filters. */
  private isShownKey(node: Node): boolean {
    const { ast } = this;
    const property = node.parent;
    if (!property || !ast.isPropertyAssignment(property) || property.name !== node) return false;
    const owner = property.parent.parent;
    if (!ast.isPropertyAssignment(owner) && !ast.isVariableDeclaration(owner)) return false;
    return nameOf(owner.name) === 'filters' && !abbreviation.test(nameOf(node));
  }

  private isForPeople(node: Literal): boolean {
    const call = this.callOf(node);
    if (call) {
      if (call.index === 0 && call.name === 't') return false;
      if (untold.test(call.whole)) return false;
    }
    const whole = this.fixedText(node);
    if (names.has(whole) || (values.has(whole) && !this.isShown(node))) return false;
    const fixed = whole.replace(/\$\([\w~-]*\)|\x1b\S*|(https?|data):\S*/g, '');
    if (abbreviation.test(fixed.replace(/[\d\s\p{C}\p{P}\p{S}]/gu, '')) || /<\w+ |="/.test(fixed)) return false;
    return /\s|…/.test(fixed) || /^\p{Lu}\p{Ll}/u.test(fixed) || this.isShown(node);
  }

  /** Whether it ends up, as it is, where people read. */
  private isShown(node: Node): boolean {
    const { ast } = this;
    for (let at = node; ; at = at.parent) {
      const { parent } = at;
      if (
        ast.isPropertyAssignment(parent) ||
        ast.isPropertyDeclaration(parent) ||
        (ast.isVariableDeclaration(parent) && parent.initializer === at)
      ) {
        return shown.test(nameOf(parent.name));
      }
      if (ast.isTemplateSpan(parent)) return this.isForPeople(parent.parent as Literal);
      if (ast.isConditionalExpression(parent)) {
        if (parent.condition === at) return false;
      } else if (ast.isBinaryExpression(parent)) {
        if (ast.isPropertyAccessExpression(parent.left) && parent.right === at) {
          return shown.test(parent.left.name.text);
        }
      } else if (ast.isCallExpression(parent) || ast.isNewExpression(parent)) {
        const call = this.callOf(at);
        return call !== undefined && told.get(call.name)?.includes(call.index) === true;
      } else if (!ast.isArrowFunction(parent) && !ast.isParenthesizedExpression(parent)) {
        return false;
      }
    }
  }

  private callOf(node: Node): { name: string; whole: string; index: number } | undefined {
    const call = node.parent;
    if (!this.ast.isCallExpression(call) && !this.ast.isNewExpression(call)) return undefined;
    const given: readonly Node[] = call.arguments ?? [];
    const index = given.indexOf(node);
    const { expression } = call;
    const callee = this.ast.isPropertyAccessExpression(expression) ? expression.name : expression;
    const name = nameOf(callee);
    return index < 0 ? undefined : { name, whole: callee === expression ? name : `.${name}`, index };
  }

  private isTranslation({ expression }: CallExpression): boolean {
    return this.ast.isIdentifier(expression) && expression.text === 't';
  }

  private isLiteral(node: Node): node is Literal {
    return this.isPlain(node) || this.ast.isTemplateExpression(node);
  }

  private isPlain(node: Node): node is Plain {
    return this.ast.isStringLiteral(node) || this.ast.isNoSubstitutionTemplateLiteral(node);
  }

  /** Not a type, a name, or something that a value is compared with. */
  private isValue(node: Literal): boolean {
    const { ast } = this;
    const { parent } = node;
    if (ast.isImportDeclaration(parent) || ast.isExportDeclaration(parent) || ast.isLiteralTypeNode(parent))
      return false;
    if (ast.isCaseClause(parent) || ast.isElementAccessExpression(parent)) return false;
    if (ast.isPropertyAssignment(parent) && parent.name === node) return false;
    if (!ast.isBinaryExpression(parent)) return true;
    return !/^(===|!==|in)$/.test(ast.tokenToString(parent.operatorToken.kind) ?? '');
  }

  private fixedText(node: Literal): string {
    if (!this.ast.isTemplateExpression(node)) return node.text;
    return node.head.text + node.templateSpans.map(({ literal }) => VALUE + literal.text).join('');
  }

  private all(node: Node): Node[] {
    const found = [node];
    node.forEachChild(child => void found.push(...this.all(child)));
    return found;
  }
}

function nameOf(node: Node): string {
  return 'text' in node && typeof node.text === 'string' ? node.text : '';
}

/** `src/ui/tree.ts:12`. */
export function place(file: SourceFile, node: Node): string {
  const line = file.text.slice(0, node.getStart(file)).split('\n').length;
  return `${file.fileName.slice(process.cwd().length + 1)}:${line}`;
}
