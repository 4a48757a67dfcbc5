using System.Reflection;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>A backend whose files are what a test makes of them.</summary>
public class HookedFiles : DispatchProxy
{
    private IFileSystem? _files;
    private Func<IFileHandle, IFileHandle>? _wrap;

    public static IFileSystem Create(IFileSystem files, Func<IFileHandle, IFileHandle> wrap)
    {
        IFileSystem hooked = Create<IFileSystem, HookedFiles>();
        ((HookedFiles)(object)hooked)._files = files;
        ((HookedFiles)(object)hooked)._wrap = wrap;
        return hooked;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != nameof(IFileSystem.OpenFileAsync))
        {
            return targetMethod.Name == "get_WithoutLinks" ? this : targetMethod.Invoke(_files, args);
        }

        return new ValueTask<StorageResult<IFileHandle>>(OpenAsync((VirtualPath)args![0]!, (OpenFlags)args[1]!, (uint?)args[2], (CancellationToken)args[3]!));
    }

    private async Task<StorageResult<IFileHandle>> OpenAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await _files!.OpenFileAsync(path, flags, permissions, ct);
        return opened.IsSuccess ? StorageResult<IFileHandle>.FromValue(_wrap!(opened.Value)) : opened;
    }
}
