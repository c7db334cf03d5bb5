print("mesh-node")
