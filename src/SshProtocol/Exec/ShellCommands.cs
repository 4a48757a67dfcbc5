namespace Hpc.SshProtocol.Exec;

/// <summary>pwd and echo, which clients probe a server with.</summary>
internal static class ShellCommands
{
    public static ValueTask PrintWorkingDirectory(ExecContext context, ExecOutput output, CancellationToken ct)
    {
        output.Write(context.StartDirectory.ToUtf8());
        output.Write("\n"u8);
        return ValueTask.CompletedTask;
    }

    public static ValueTask Echo(ExecContext context, ExecOutput output, CancellationToken ct)
    {
        int first = context.Arguments.Count > 0 && context.Arguments[0].AsSpan().SequenceEqual("-n"u8) ? 1 : 0;
        for (int i = first; i < context.Arguments.Count; i++)
        {
            output.Write(i > first ? " "u8 : []);
            output.Write(context.Arguments[i]);
        }

        output.Write(first == 0 ? "\n"u8 : []);
        return ValueTask.CompletedTask;
    }
}
