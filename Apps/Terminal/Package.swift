// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshTerminal",
    products: [
        .library(name: "MeshTerminal", targets: ["MeshTerminal"]),
        .executable(name: "mesh", targets: ["mesh"]),
    ],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
        .package(path: "../../Packages/MeshTransport"),
        .package(path: "../../Packages/MeshChat"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .target(
            name: "MeshTerminal",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshTransport", package: "MeshTransport"),
                .product(name: "MeshChat", package: "MeshChat"),
                .product(name: "MeshChatStore", package: "MeshChat"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "mesh", dependencies: ["MeshTerminal"], swiftSettings: settings),
        .testTarget(
            name: "MeshTerminalTests",
            dependencies: [
                "MeshTerminal",
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshTransport", package: "MeshTransport"),
                .product(name: "MeshChat", package: "MeshChat"),
                .product(name: "MeshChatStore", package: "MeshChat"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
)
