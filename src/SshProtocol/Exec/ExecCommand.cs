namespace Hpc.SshProtocol.Exec;

/// <summary>One command of the closed list.</summary>
/// <param name="Name">First word of the line.</param>
/// <param name="ReadsInput">Whether it reads stdin when called with these arguments.</param>
/// <param name="Run">What it does.</param>
internal sealed record ExecCommand(string Name, Func<IReadOnlyList<byte[]>, bool> ReadsInput, Func<ExecContext, ExecOutput, CancellationToken, ValueTask> Run);
