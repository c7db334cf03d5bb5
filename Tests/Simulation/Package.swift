// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The network is generic over its hosts: their code has to be compiled together, or each event costs twice as much.
let specialized: [SwiftSetting] =
    settings + [
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))
    ]

let package = Package(
    name: "Simulation",
    products: [.executable(name: "mesh-sim", targets: ["mesh-sim"])],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshRing"),
    ],
    targets: [
        .target(name: "SimulatedNetwork", swiftSettings: specialized),
        .target(
            name: "MembershipSimulation", dependencies: ["SimulatedNetwork", "MeshCrypto", "MeshRing"],
            swiftSettings: settings),
        .target(
            name: "SimulationReports", dependencies: ["MembershipSimulation"],
            swiftSettings: settings),
        .executableTarget(
            name: "mesh-sim", dependencies: ["SimulationReports"], swiftSettings: settings),
        .testTarget(name: "SimulatedNetworkTests", dependencies: ["SimulatedNetwork"], swiftSettings: settings),
        .testTarget(
            name: "MembershipSimulationTests",
            dependencies: ["MembershipSimulation", "SimulationReports", "SimulatedNetwork", "MeshCrypto", "MeshRing"],
            swiftSettings: settings),
    ]
)
