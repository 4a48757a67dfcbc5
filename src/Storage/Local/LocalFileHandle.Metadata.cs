using System.Text;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalFileHandle
{
    private static ReadOnlySpan<byte> MetadataPrefix => "user.hpc."u8;

    /// <summary>Reads the extended attribute <c>user.hpc.NAME</c>.</summary>
    public ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) =>
        MetadataName.IsValid(name)
            ? dispatcher.MetadataAsync((_descriptor, name, value), static s => GetMetadata(s._descriptor, s.name, s.value.Span), ct)
            : ValueTask.FromResult<StorageResult<int>>(StorageError.InvalidArgument);

    /// <summary>Writes or removes the extended attribute <c>user.hpc.NAME</c>.</summary>
    public ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) =>
        MetadataName.IsValid(name) && value.Length <= MetadataName.MaxValueLength
            ? dispatcher.MetadataAsync((_descriptor, name, value), static s => SetMetadata(s._descriptor, s.name, s.value.Span), ct)
            : ValueTask.FromResult<StorageResult>(StorageError.InvalidArgument);

    private static StorageResult<int> GetMetadata(SafeDescriptor descriptor, string name, Span<byte> value)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();

        // A length of 0 would ask how long the value is.
        byte room = 0;
        fixed (byte* pointer = value.IsEmpty ? new Span<byte>(ref room) : value, attribute = AttributeName(name, stackalloc byte[MetadataPrefix.Length + MetadataName.MaxLength + 1]))
        {
            nint length = NativeMethods.GetExtendedAttribute(lease.Descriptor, attribute, pointer, (nuint)Math.Max(value.Length, 1));
            return length < 0 ? Errno.ToStorageError(NativeMethods.LastErrno)
                : length > value.Length ? StorageError.InvalidArgument
                : (int)length;
        }
    }

    private static StorageResult SetMetadata(SafeDescriptor descriptor, string name, ReadOnlySpan<byte> value)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        fixed (byte* pointer = value, attribute = AttributeName(name, stackalloc byte[MetadataPrefix.Length + MetadataName.MaxLength + 1]))
        {
            if (!value.IsEmpty)
            {
                return LocalTree.ToResult(NativeMethods.SetExtendedAttribute(lease.Descriptor, attribute, pointer, (nuint)value.Length, 0));
            }

            StorageResult removed = LocalTree.ToResult(NativeMethods.RemoveExtendedAttribute(lease.Descriptor, attribute));
            return removed.Error == StorageError.NotFound ? StorageResult.Success : removed;
        }
    }

    private static ReadOnlySpan<byte> AttributeName(string name, Span<byte> terminated)
    {
        MetadataPrefix.CopyTo(terminated);
        int length = MetadataPrefix.Length + Encoding.ASCII.GetBytes(name, terminated[MetadataPrefix.Length..]);
        terminated[length] = 0;
        return terminated[..(length + 1)];
    }
}
