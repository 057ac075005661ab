/**
 * README as VS Code can show it on the page of an installed extension, where only what has an address of its own is
 * shown or led to: without its pictures, and with the words of a link to a file alone.
 * @param {string} readme
 */
export function packedReadme(readme) {
  return readme.replace(/\n *!\[[^\]]*\]\([^)]*\)\n/g, '').replace(/\[([^\]]*)\]\((?!https:)[^)]*\)/g, '$1');
}
