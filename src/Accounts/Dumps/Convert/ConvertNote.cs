namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Something about a line that whoever converts should know.</summary>
/// <param name="File">The file: <c>users</c> or <c>shadow</c>.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="UserName">The user, as far as it is known; control characters replaced.</param>
/// <param name="Reason">What is the matter; never a password or a hash.</param>
public sealed record ConvertNote(string File, int Line, string UserName, string Reason)
{
    /// <summary>One sentence.</summary>
    public override string ToString() => $"{File} line {Line} ({UserName}): {Reason}";
}
