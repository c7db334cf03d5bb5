// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "bench",
    products: [
        .executable(name: "mesh-bench", targets: ["mesh-bench"]),
        .executable(name: "mesh-micro", targets: ["mesh-micro"]),
    ],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
        .package(path: "../../Packages/MeshQueue"),
        .package(path: "../../Packages/MeshTransport"),
        .package(name: "MeshNode", path: "../../Apps/Node"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .systemLibrary(name: "CBench", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(
            name: "MeshBench",
            dependencies: [
                "CBench",
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "mesh-bench",
            dependencies: ["MeshBench", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),
        .target(
            name: "MeshMicro",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueue", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "MeshNode", package: "MeshNode"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "mesh-micro", dependencies: ["MeshMicro"], swiftSettings: settings),
    ]
)
