namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>What keyboard-interactive asked for, while the answer is awaited.</summary>
/// <param name="UserName">Whom it is about.</param>
/// <param name="Password">
/// Null if the password was asked for. Otherwise the one-time password was, and this is the password that was right, or empty behind a key; cleared when the answer was judged.
/// </param>
internal sealed record InteractiveQuestion(string UserName, byte[]? Password)
{
    public override string ToString() => nameof(InteractiveQuestion);
}
