using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Hpc.SshProtocol.Exec;

namespace Hpc.SshProtocol.Scp;

/// <summary>
/// The command line that a client of the SCP protocol sends: <c>scp -t</c> takes files in (sink), <c>scp -f</c> sends them (source).
/// Both flags are undocumented parts of the scp command; rcp had them before it.
/// </summary>
internal sealed record ScpCommand
{
    private static readonly SearchValues<byte> KnownFlags = SearchValues.Create("tfrpdvq"u8);

    /// <summary>-t: the peer sends files.</summary>
    public required bool IsSink { get; init; }

    /// <summary>-r: directories too.</summary>
    public required bool IsRecursive { get; init; }

    /// <summary>-p: times and modes are kept.</summary>
    public required bool KeepsTimes { get; init; }

    /// <summary>-d: the target has to be a directory.</summary>
    public required bool TargetIsDirectory { get; init; }

    /// <summary>The target, or what to send; a target has to be one.</summary>
    public required IReadOnlyList<byte[]> Paths { get; init; }

    /// <summary>False if the line is not an scp command that runs here.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out ScpCommand? command)
    {
        command = null;

        // Nothing expands wildcards here, so they are characters of a name.
        if (!CommandLine.TryParse(line, WildcardRule.Literal, out List<byte[]> words) || !IsScp(words[0]))
        {
            return false;
        }

        var flags = new HashSet<byte>();
        int first = 1;
        for (; first < words.Count && words[first] is [(byte)'-', _, ..]; first++)
        {
            if (words[first].AsSpan().SequenceEqual("--"u8))
            {
                first++;
                break;
            }

            // -v and -q tell the far end what to print, which it does not.
            if (words[first].AsSpan(1).ContainsAnyExcept(KnownFlags))
            {
                return false;
            }

            flags.UnionWith(words[first][1..]);
        }

        List<byte[]> paths = words[first..];
        bool isSink = flags.Contains((byte)'t');
        if (isSink == flags.Contains((byte)'f') || paths.Count == 0 || paths.Exists(static p => p.Length == 0))
        {
            return false;
        }

        command = new ScpCommand
        {
            IsSink = isSink,
            IsRecursive = flags.Contains((byte)'r'),
            KeepsTimes = flags.Contains((byte)'p'),
            TargetIsDirectory = flags.Contains((byte)'d'),
            Paths = paths,
        };
        return true;
    }

    private static bool IsScp(ReadOnlySpan<byte> word) => word.SequenceEqual("scp"u8) || (word.StartsWith("/"u8) && word.EndsWith("/scp"u8));
}
