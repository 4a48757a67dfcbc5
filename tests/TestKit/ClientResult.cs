namespace Hpc.TestKit;

/// <summary>What a finished client said.</summary>
public sealed record ClientResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Throws with everything the client said unless it ended well.</summary>
    public ClientResult EnsureSuccess() =>
        ExitCode == 0 ? this : throw new ClientFailedException(this);

    /// <summary>Both streams, for messages.</summary>
    public string Everything => $"$ {Command}\nexit code {ExitCode}\n{Tail(Output)}\n{Tail(Error)}";

    private static string Tail(string text) => text.Length <= 4000 ? text : "…" + text[^4000..];
}
