namespace Hpc.Storage;

/// <summary>Files that several protocols of one session use.</summary>
public interface IProtocolFiles
{
    /// <summary>
    /// The same files, whose events name another protocol (spec row R15.1). It costs little, shares everything else, and ends with the files it is taken from.
    /// </summary>
    IFileSystem For(string protocol);
}
