namespace Hpc.Storage.Local.Confinement;

/// <summary>Link texts as they are stored and as a peer sees them. Stored ones are relative, because an absolute one would name a path of the machine.</summary>
internal static class LinkTarget
{
    /// <summary>The text to store for a target that a peer asks for, in a directory with these names below the root.</summary>
    public static StorageError ToStored(byte[] target, IReadOnlyList<byte[]> directory, out byte[] stored)
    {
        stored = target;
        if (target[0] != (byte)'/')
        {
            return ClimbsOut(target, directory.Count) ? StorageError.AccessDenied : StorageError.None;
        }

        // An absolute `..` stays at the root, as it does in every virtual path.
        if (!VirtualPath.TryParse(target, VirtualPath.Root, out VirtualPath path))
        {
            return StorageError.NameTooLong;
        }

        stored = MakeRelative(path, directory);
        return StorageError.None;
    }

    /// <summary>What a peer sees of a stored text; refused if it leads out of the root.</summary>
    public static StorageResult<string> ToVisible(byte[] stored, IReadOnlyList<byte[]> directory, WalkingResolver root)
    {
        if (!stored.AsSpan().StartsWith("/"u8))
        {
            return ClimbsOut(stored, directory.Count) ? StorageError.AccessDenied : PathText.Decode(stored);
        }

        if (!root.TryMakeVirtual(stored, out ReadOnlySpan<byte> below) || ClimbsOut(below, 0))
        {
            return StorageError.AccessDenied;
        }

        return below.IsEmpty ? "/" : PathText.Decode(below);
    }

    private static byte[] MakeRelative(VirtualPath target, IReadOnlyList<byte[]> directory)
    {
        var names = new List<byte[]>();
        foreach (ReadOnlySpan<char> name in target.Segments)
        {
            names.Add(PathText.Encode(name));
        }

        int common = 0;
        while (common < names.Count && common < directory.Count && names[common].AsSpan().SequenceEqual(directory[common]))
        {
            common++;
        }

        IEnumerable<byte[]> up = Enumerable.Repeat(".."u8.ToArray(), directory.Count - common);
        byte[] joined = [.. up.Concat(names.Skip(common)).SelectMany(name => (byte[])[.. name, (byte)'/'])];
        return joined.Length == 0 ? [(byte)'.'] : joined[..^1];
    }

    private static bool ClimbsOut(ReadOnlySpan<byte> text, int depth)
    {
        while (!text.IsEmpty)
        {
            int slash = text.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? text : text[..slash];
            text = slash < 0 ? default : text[(slash + 1)..];
            depth += name.SequenceEqual(".."u8) ? -1 : name.IsEmpty || name.SequenceEqual("."u8) ? 0 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
