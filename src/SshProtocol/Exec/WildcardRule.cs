namespace Hpc.SshProtocol.Exec;

/// <summary>What unquoted wildcards on a command line are.</summary>
internal enum WildcardRule : byte
{
    /// <summary>They make the line one that is not run.</summary>
    Refused,

    /// <summary>They are characters of a word; the command answers for a name that does not exist.</summary>
    Literal,
}
