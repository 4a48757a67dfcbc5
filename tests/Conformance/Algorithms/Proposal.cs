using System.Text.RegularExpressions;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Algorithms;

/// <summary>What a server offers in its KEXINIT, as OpenSSH's client prints it.</summary>
internal sealed partial record Proposal(
    IReadOnlyList<string> KeyExchanges,
    IReadOnlyList<string> HostKeys,
    IReadOnlyList<string> Ciphers,
    IReadOnlyList<string> Macs,
    IReadOnlyList<string> Compressions,
    string Conversation)
{
    public static async Task<Proposal> AskAsync(ClientSession session)
    {
        ClientResult result = await session.OpenSshAsync("sftp", "bye\n", "-vvv", "-oBatchMode=no", "-b", "-", "server");
        string text = result.Error.Replace("\r", string.Empty, StringComparison.Ordinal);
        int at = text.IndexOf("peer server KEXINIT proposal", StringComparison.Ordinal);
        string peer = at >= 0 ? text[at..] : throw session.Failed(result);
        return new Proposal(
            List(peer, "KEX algorithms"),
            List(peer, "host key algorithms"),
            List(peer, "ciphers ctos"),
            List(peer, "MACs ctos"),
            List(peer, "compression ctos"),
            text);
    }

    private static string[] List(string text, string label) =>
        Line().Matches(text).First(line => line.Groups[1].Value == label).Groups[2].Value.Split(',');

    [GeneratedRegex(@"^debug2: ([A-Za-z ]+): (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
