using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Virtual paths and paths of this machine as they are typed.</summary>
internal static class PathArgument
{
    public static string Read(string text, string flag) => VirtualPathRules.IsValid(text)
        ? text
        : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: {VirtualPathRules.Allowed}.");

    /// <summary>A home or folder, which is no directory of the server's own and holds none.</summary>
    public static string NotPrivate(string path, string flag, HpcOptions options) =>
        PrivateDirectories.Of(new DataDirectory(options)).FindBehind(path) is not { } own
            ? path
            : throw CliException.Usage(
                $"{flag}: found {LogEscape.Text(path)}, but {LogEscape.Text(own)} of the server is it or is in it; allowed: a directory without the server's own files, such as one of its own below the data directory.");

    /// <summary>Absolute, without a slash at the end.</summary>
    public static string Local(string text, string flag)
    {
        string path = text.Length == 0 || text.Contains('\0', StringComparison.Ordinal) ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(text));
        return VirtualPathRules.IsValid(path)
            ? path
            : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: a directory of this machine, at most 4096 bytes of UTF-8 without control characters.");
    }
}
