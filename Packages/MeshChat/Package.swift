// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshChat",
    products: [
        .library(name: "MeshChat", targets: ["MeshChat"]),
        .library(name: "MeshChatStore", targets: ["MeshChatStore"]),
    ],
    dependencies: [
        .package(path: "../MeshCrypto"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // The generated code alone: it imports Foundation for its byte fields, which the core beside it does not.
        .target(
            name: "MeshChatSchema",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["chat.proto"],
            swiftSettings: settings),
        .target(
            name: "MeshChat",
            dependencies: [
                "MeshChatSchema", "MeshCrypto", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: settings),
        .target(
            name: "MeshChatStore",
            dependencies: ["MeshChat", "MeshCrypto", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .testTarget(
            name: "MeshChatTests",
            dependencies: ["MeshChat", "MeshCrypto"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(
            name: "MeshChatStoreTests",
            dependencies: ["MeshChatStore", "MeshChat", "MeshCrypto", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
    ]
)
