using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>What PuTTY's programs have in common.</summary>
internal static class Putty
{
    public static async Task<string[]> OptionsAsync(ClientSession session)
    {
        ClientResult prints = await session.Runner.RunAsync("ssh-keygen", ["-l", "-f", session.KnownHosts]);
        string[] fingerprints =
        [
            .. prints.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(line => new[] { "-hostkey", line.Split(' ')[1] }),
        ];
        string[] login = session.ByPassword
            ? ["-pwfile", session.PasswordFile]
            : ["-i", await KeyAsync(session)];
        return ["-batch", "-noagent", "-P", session.Port, .. fingerprints, .. login];
    }

    public static async Task<ClientResult> RunAsync(
        ClientSession session, string program, string? input, params string[] arguments)
    {
        ClientResult result = await session.Runner.RunAsync(
            program, [.. await OptionsAsync(session), .. arguments], input);
        return result.ExitCode == 0 ? result : throw session.Failed(result);
    }

    public static string Host(ClientSession session) => $"{session.User.Name}@{ServerProcess.Host}";

    private static async Task<string> KeyAsync(ClientSession session)
    {
        string key = session["key.ppk"];
        if (!File.Exists(key))
        {
            ClientResult made = await session.Runner.RunAsync(
                "puttygen", [session.User.Key.PrivateFile, "-O", "private", "-o", key]);
            made.EnsureSuccess();
        }

        return key;
    }
}
