// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshTransport",
    products: [
        .library(name: "MeshWire", targets: ["MeshWire"]),
        .library(name: "MeshClientCore", targets: ["MeshClientCore"]),
        .library(name: "MeshTransport", targets: ["MeshWire", "MeshClientCore", "MeshTransport"]),
    ],
    dependencies: [
        .package(path: "../MeshCrypto"),
        .package(path: "../MeshRing"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        .target(
            name: "MeshWire",
            dependencies: ["MeshCrypto", "MeshRing", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings),
        .target(
            name: "MeshClientCore",
            dependencies: ["MeshWire", "MeshCrypto", "MeshRing", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings),
        .target(
            name: "MeshTransport",
            dependencies: [
                "MeshWire", "MeshClientCore", "MeshCrypto", "MeshRing",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MeshWireTests",
            dependencies: ["MeshWire", "MeshCrypto", "MeshRing", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings),
        .testTarget(
            name: "MeshClientCoreTests",
            dependencies: [
                "MeshClientCore", "MeshWire", "MeshCrypto", "MeshRing",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MeshTransportTests",
            dependencies: [
                "MeshTransport", "MeshWire", "MeshClientCore", "MeshCrypto", "MeshRing",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ]
)
