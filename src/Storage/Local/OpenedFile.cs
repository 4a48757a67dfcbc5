using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>A regular file just opened.</summary>
/// <param name="Descriptor">The open file.</param>
/// <param name="Size">Its size when it was opened.</param>
/// <param name="Device">The device that holds it; 0 if it was not asked for.</param>
/// <param name="IsNew">True if it did not exist before.</param>
internal readonly record struct OpenedFile(SafeDescriptor Descriptor, long Size, ulong Device, bool IsNew);
