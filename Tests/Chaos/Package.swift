// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Chaos",
    products: [.executable(name: "mesh-chaos", targets: ["mesh-chaos"])],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshTransport"),
        .package(path: "../../Packages/MeshChat"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .target(
            name: "MeshChaos",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshTransport", package: "MeshTransport"),
                .product(name: "MeshChat", package: "MeshChat"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "mesh-chaos", dependencies: ["MeshChaos"], swiftSettings: settings),
    ]
)
