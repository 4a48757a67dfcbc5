using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary>A path of the command line.</summary>
/// <param name="Path">The path below the root.</param>
/// <param name="Text">As the peer wrote it, for messages.</param>
/// <param name="IsDirectory">Its spelling says that it is a directory.</param>
internal readonly record struct ScpPath(VirtualPath Path, string Text, bool IsDirectory)
{
    public static ScpPath Parse(ReadOnlySpan<byte> bytes, VirtualPath start)
    {
        // The tilde is what a shell would have replaced by the home directory.
        ReadOnlySpan<byte> path = bytes.SequenceEqual("~"u8) ? "."u8 : bytes.StartsWith("~/"u8) ? bytes[1..].TrimStart((byte)'/') : bytes;
        if (!VirtualPath.TryParse(path, start, out VirtualPath parsed))
        {
            throw new ScpProtocolException("the path is too long");
        }

        bool isDirectory = path.IsEmpty || path.EndsWith("/"u8) || path.SequenceEqual("."u8) || path.EndsWith("/."u8)
            || path.SequenceEqual(".."u8) || path.EndsWith("/.."u8);
        return new ScpPath(parsed, PathText.Decode(bytes), isDirectory);
    }
}
