using System.Reflection;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>A backend whose open files stop telling their attributes.</summary>
public class SilentFiles : DispatchProxy
{
    private object? _inner;
    private SilentFiles? _owner;

    public bool AnswersNoMore { get; set; }

    public static IFileSystem Create(IFileSystem inner, out SilentFiles silent)
    {
        IFileSystem files = Create<IFileSystem, SilentFiles>();
        silent = (SilentFiles)(object)files;
        silent._inner = inner;
        return files;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_WithoutLinks" => this,
        nameof(IFileHandle.GetAttributesAsync) when _owner is { AnswersNoMore: true } => new ValueTask<StorageResult<EntryAttributes>>(StorageError.IoError),
        nameof(IFileSystem.OpenFileAsync) => new ValueTask<StorageResult<IFileHandle>>(WrapAsync(targetMethod, args)),
        _ => targetMethod.Invoke(_inner, args),
    };

    private async Task<StorageResult<IFileHandle>> WrapAsync(MethodInfo open, object?[]? args)
    {
        StorageResult<IFileHandle> opened = await (ValueTask<StorageResult<IFileHandle>>)open.Invoke(_inner, args)!;
        if (!opened.IsSuccess)
        {
            return opened;
        }

        IFileHandle file = Create<IFileHandle, SilentFiles>();
        ((SilentFiles)(object)file)._inner = opened.Value;
        ((SilentFiles)(object)file)._owner = this;
        return StorageResult<IFileHandle>.FromValue(file);
    }
}
