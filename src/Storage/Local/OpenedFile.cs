using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>A regular file just opened.</summary>
/// <param name="Descriptor">The open file.</param>
/// <param name="Size">Its size when it was opened.</param>
internal readonly record struct OpenedFile(SafeDescriptor Descriptor, long Size);
