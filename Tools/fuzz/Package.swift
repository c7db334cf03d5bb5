// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "fuzz",
    products: [.executable(name: "mesh-fuzz", targets: ["mesh-fuzz"])],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
        .package(path: "../../Packages/MeshQueue"),
        .package(path: "../../Packages/MeshTransport"),
        .package(path: "../../Packages/MeshChat"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .target(
            name: "MeshFuzz",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshRing", package: "MeshRing"),
                .product(name: "MeshQueueCore", package: "MeshQueue"),
                .product(name: "MeshQueueTesting", package: "MeshQueue"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "MeshChat", package: "MeshChat"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(name: "mesh-fuzz", dependencies: ["MeshFuzz"], swiftSettings: settings),
        .testTarget(name: "MeshFuzzTests", dependencies: ["MeshFuzz"], swiftSettings: settings),
    ]
)
