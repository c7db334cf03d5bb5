#ifndef MESH_CBENCH_SHIM_H
#define MESH_CBENCH_SHIM_H

#include <sodium.h>
#include <sys/epoll.h>
#include <sys/vfs.h>

#endif
