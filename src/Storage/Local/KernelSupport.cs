namespace Hpc.Storage.Local;

/// <summary>Whether the kernel can confine paths.</summary>
/// <param name="IsSupported">True if <c>openat2</c> works.</param>
/// <param name="Explanation">What is wrong and what to do about it, for a refusal at start; empty if it works.</param>
public readonly record struct KernelSupport(bool IsSupported, string Explanation);
