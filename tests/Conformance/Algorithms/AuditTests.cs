using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Algorithms;

/// <summary>The default profile in the eyes of others.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class AuditTests(SharedServer shared)
{
    // Marks strict key exchange in the list of key exchanges; versions before Terrapin call it unknown.
    private const string StrictMarker = "kex-strict-s-v00@openssh.com";

    [Fact]
    public async Task Ssh_audit_reports_no_failure_and_no_warning()
    {
        Require.Tool("ssh-audit");
        Require.NotReference("its defaults hold what ssh-audit warns of.");
        using ClientSession session = await shared.OpenAsync(Login.Key);
        ClientResult result = await session.Runner.RunAsync(
            "ssh-audit", ["--no-colors", "--port", session.Port, ServerProcess.Host]);
        string[] findings =
        [
            .. result.Output.Split('\n')
                .Where(line => line.Contains("[fail]", StringComparison.Ordinal) || line.Contains("[warn]", StringComparison.Ordinal))
                .Where(line => !(line.Contains(StrictMarker, StringComparison.Ordinal) && line.EndsWith("unknown algorithm", StringComparison.Ordinal))),
        ];
        findings.ShouldBeEmpty();
        result.Output.ShouldContain("(key)", customMessage: result.Everything);
    }

    [Fact]
    public async Task Strict_key_exchange_is_offered_and_used()
    {
        using ClientSession session = await shared.OpenAsync(Login.Key);
        Proposal proposal = await Proposal.AskAsync(session);
        proposal.KeyExchanges.ShouldContain(StrictMarker);
        if (proposal.Conversation.Contains("kex-strict-c-v00@openssh.com", StringComparison.Ordinal))
        {
            proposal.Conversation.ShouldContain("will use strict KEX ordering");
        }
    }

    [Fact]
    public async Task The_default_profile_offers_nothing_weak()
    {
        Require.NotReference("its defaults hold SHA-1 for MACs.");
        using ClientSession session = await shared.OpenAsync(Login.Key);
        Proposal proposal = await Proposal.AskAsync(session);
        string[] offered = [.. proposal.KeyExchanges, .. proposal.HostKeys, .. proposal.Ciphers, .. proposal.Macs];
        offered.ShouldNotContain(name => name.EndsWith("sha1", StringComparison.Ordinal)
            || name.Contains("cbc", StringComparison.Ordinal)
            || name.Contains("md5", StringComparison.Ordinal)
            || name == "ssh-rsa" || name == "ssh-dss" || name == "none");
    }
}
