using System.Collections.Frozen;

namespace Hpc.SshProtocol.Exec;

/// <summary>The commands that exec requests may name. Each works on the user's virtual files; none starts a process.</summary>
internal static class ExecCommandTable
{
    private static readonly FrozenDictionary<string, ExecCommand> ByName = new ExecCommand[]
    {
        new("cd", Never, static (_, _, _) => ValueTask.CompletedTask),
        new("pwd", Never, ShellCommands.PrintWorkingDirectory),
        new("echo", Never, ShellCommands.Echo),
        new("df", Never, DiskFreeCommand.Run),
        Hash("md5sum", "md5"),
        Hash("sha1sum", "sha1"),
        Hash("sha256sum", "sha256"),
        Hash("sha384sum", "sha384"),
        Hash("sha512sum", "sha512"),
    }.ToFrozenDictionary(c => c.Name, StringComparer.Ordinal);

    public static ExecCommand? Find(string name) => ByName.GetValueOrDefault(name);

    private static bool Never(IReadOnlyList<byte[]> arguments) => false;

    private static ExecCommand Hash(string name, string algorithm) =>
        new(name, HashCommand.ReadsInput, (context, output, ct) => HashCommand.RunAsync(name, algorithm, context, output, ct));
}
