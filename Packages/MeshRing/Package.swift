// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "MeshRing",
    products: [.library(name: "MeshRing", targets: ["MeshRing"])],
    dependencies: [.package(path: "../MeshCrypto")],
    targets: [
        .target(name: "MeshRing", dependencies: ["MeshCrypto"], swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Benchmarks/CAllocationCounter"),
        .target(
            name: "RingMeasures", dependencies: ["MeshRing", "MeshCrypto"], path: "Benchmarks/RingMeasures",
            swiftSettings: settings),
        .executableTarget(
            name: "ring-bench", dependencies: ["RingMeasures", "MeshRing", "MeshCrypto", "CAllocationCounter"],
            path: "Benchmarks/RingBench", swiftSettings: settings),
        .testTarget(
            name: "MeshRingTests",
            dependencies: ["MeshRing", "MeshCrypto", "RingMeasures", "CAllocationCounter"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
    ]
)
