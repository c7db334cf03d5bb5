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
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(
            name: "MeshRingTests",
            dependencies: ["MeshRing", "MeshCrypto", "CAllocationCounter"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
    ]
)
