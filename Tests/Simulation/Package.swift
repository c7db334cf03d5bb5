// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let delivery: [Target.Dependency] = [
    "MeshCrypto", "MeshRing", "MeshQueue",
    .product(name: "MeshQueueTesting", package: "MeshQueue"),
    .product(name: "MeshWire", package: "MeshTransport"),
    .product(name: "MeshClientCore", package: "MeshTransport"),
    .product(name: "LyingNode", package: "Liars"),
    .product(name: "MeshNode", package: "Node"),
    .product(name: "NIOCore", package: "swift-nio"),
]

let package = Package(
    name: "Simulation",
    products: [
        .executable(name: "mesh-sim", targets: ["mesh-sim"]),
        .executable(name: "mesh-sim-delivery", targets: ["mesh-sim-delivery"]),
    ],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
        .package(path: "../../Packages/MeshQueue"),
        .package(path: "../../Packages/MeshTransport"),
        .package(path: "../../Apps/Node"),
        .package(path: "../Liars"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .target(name: "SimulatedNetwork", swiftSettings: settings),
        .target(
            name: "MembershipSimulation", dependencies: ["SimulatedNetwork", "MeshCrypto", "MeshRing"],
            swiftSettings: settings),
        .target(
            name: "SimulationReports", dependencies: ["MembershipSimulation"],
            swiftSettings: settings),
        .executableTarget(
            name: "mesh-sim", dependencies: ["SimulationReports"], swiftSettings: settings),
        .target(
            name: "DeliverySimulation", dependencies: ["SimulatedNetwork"] + delivery, swiftSettings: settings),
        .executableTarget(
            name: "mesh-sim-delivery",
            dependencies: [
                "DeliverySimulation", .product(name: "LyingNode", package: "Liars"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DeliverySimulationTests",
            dependencies: ["DeliverySimulation", .product(name: "LyingNode", package: "Liars")], swiftSettings: settings
        ),
        .testTarget(name: "SimulatedNetworkTests", dependencies: ["SimulatedNetwork"], swiftSettings: settings),
        .testTarget(
            name: "MembershipSimulationTests",
            dependencies: ["MembershipSimulation", "SimulationReports", "SimulatedNetwork", "MeshCrypto", "MeshRing"],
            swiftSettings: settings),
    ]
)
