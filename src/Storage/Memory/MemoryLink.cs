namespace Hpc.Storage.Memory;

/// <summary>A symbolic link. Its text is relative, or the absolute virtual path.</summary>
internal sealed class MemoryLink(MemoryVolume volume, string text) : MemoryNode(volume, MemoryMode.DefaultLink)
{
    // Linux keeps link texts below PATH_MAX, the NUL included.
    private const int MaxTextLength = 4095;

    public string Text => text;

    public override EntryType Type => EntryType.SymbolicLink;

    public override long Size => PathText.GetByteCount(text);

    protected override uint TypeBits => MemoryMode.SymbolicLink;

    /// <summary>The text to store for a target that a peer asks for, in a directory that lies this deep.</summary>
    public static StorageResult<string> ToStored(string target, int depth)
    {
        if (!target.StartsWith('/'))
        {
            return ClimbsOut(target, depth) ? StorageError.AccessDenied
                : PathText.GetByteCount(target) > MaxTextLength ? StorageError.NameTooLong
                : StorageResult<string>.FromValue(target);
        }

        return VirtualPath.TryParse(target, VirtualPath.Root, out VirtualPath path) && path.Utf8Length <= MaxTextLength
            ? path.ToString()
            : StorageError.NameTooLong;
    }

    /// <summary>Whether a text leads out of the root from a directory that lies this deep.</summary>
    public static bool ClimbsOut(string text, int depth)
    {
        if (text.StartsWith('/'))
        {
            return false;
        }

        foreach (string name in text.Split('/'))
        {
            depth += name switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
