// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

interface Token {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// Takes the payments for tasks and gives refunds. It takes a second payment for a task too: not to pay twice is the
/// client's business.
contract ClientPayment {
    struct Hardware {
        string name;
        uint256 pricePerHour;
        bool isActive;
    }

    address public immutable owner = msg.sender;
    address public immutable paymentToken;
    uint256 public constant getSnapshotId = 1;
    mapping(address => bool) public isAdmin;
    mapping(uint256 => Hardware) public hardwareInfo;
    mapping(string => uint256) public amountPaid;
    mapping(string => uint256) public refundedAmount;
    mapping(bytes => bool) public isSignatureUsed;

    error OwnableUnauthorizedAccount(address account);

    event HardwareSet(uint256 hardwareId, string name, uint256 hourlyRate, bool active);
    event PaymentSubmitted(
        address payer, string uuid, uint256 hardwareId, uint256 price, uint256 duration, uint256 snapshotId
    );
    event Refund(string taskId, address to, uint256 amount);

    modifier onlyAdmin() {
        if (!isAdmin[msg.sender]) revert OwnableUnauthorizedAccount(msg.sender);
        _;
    }

    constructor(address token) {
        paymentToken = token;
        isAdmin[msg.sender] = true;
    }

    function setHardware(uint256 hardwareId, string calldata name, uint256 hourlyRate, bool active)
        external
        onlyAdmin
    {
        hardwareInfo[hardwareId] = Hardware(name, hourlyRate, active);
        emit HardwareSet(hardwareId, name, hourlyRate, active);
    }

    function submitPayment(string calldata taskUuid, uint256 hardwareId, uint256 duration) external {
        pay(taskUuid, hardwareId, hardwareInfo[hardwareId].pricePerHour, duration);
    }

    function submitPayment(
        string calldata taskUuid,
        uint256 hardwareId,
        uint256 hardwarePricePerHour,
        uint256 duration
    ) external {
        pay(taskUuid, hardwareId, hardwarePricePerHour, duration);
    }

    function renewPayment(string calldata taskUuid, uint256 hardwareId, uint256 duration) external {
        pay(taskUuid, hardwareId, hardwareInfo[hardwareId].pricePerHour, duration);
    }

    function renewPayment(
        string calldata taskUuid,
        uint256 hardwareId,
        uint256 hardwarePricePerHour,
        uint256 duration
    ) external {
        pay(taskUuid, hardwareId, hardwarePricePerHour, duration);
    }

    function sendRefund(string calldata taskId, address user, uint256 amount) external onlyAdmin {
        refund(taskId, user, amount);
    }

    /// All that is left of a task's payments, to whom an admin's signature says.
    function claimRefund(string calldata taskUid, uint64 expiry, bytes calldata signature) external {
        require(block.timestamp <= expiry, "Signature expired");
        require(!isSignatureUsed[signature], "Signature already used");
        bytes32 digest = keccak256(abi.encode(block.chainid, address(this), taskUid, msg.sender, expiry));
        require(isAdmin[signerOf(digest, signature)], "Invalid signature");
        isSignatureUsed[signature] = true;
        refund(taskUid, msg.sender, amountPaid[taskUid] - refundedAmount[taskUid]);
    }

    function pay(string calldata taskUuid, uint256 hardwareId, uint256 pricePerHour, uint256 duration) private {
        require(hardwareInfo[hardwareId].isActive, "Hardware is not active");
        require(bytes(taskUuid).length > 0, "Task uuid is empty");
        require(duration > 0, "Duration is zero");
        uint256 amount = pricePerHour * duration / 3600;
        amountPaid[taskUuid] += amount;
        require(Token(paymentToken).transferFrom(msg.sender, address(this), amount), "Payment failed");
        emit PaymentSubmitted(msg.sender, taskUuid, hardwareId, pricePerHour, duration, getSnapshotId);
    }

    function refund(string calldata taskId, address to, uint256 amount) private {
        require(amount > 0, "Nothing to refund");
        require(refundedAmount[taskId] + amount <= amountPaid[taskId], "Refund exceeds what was paid");
        refundedAmount[taskId] += amount;
        require(Token(paymentToken).transfer(to, amount), "Refund failed");
        emit Refund(taskId, to, amount);
    }

    function signerOf(bytes32 digest, bytes calldata signature) private pure returns (address) {
        require(signature.length == 65, "Invalid signature length");
        bytes32 message = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", digest));
        address signer = ecrecover(message, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        require(signer != address(0), "Invalid signature");
        return signer;
    }
}
