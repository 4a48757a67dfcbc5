using Hpc.Actors.Kernel;

namespace Hpc.Benchmarks.Actors;

/// <summary>What the measured actors take.</summary>
internal record BenchMessage : Message;
