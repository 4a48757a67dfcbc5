using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Files and shares by curl beside sftp sessions of the same user (L6).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class HttpFileTests(AccountsServer server)
{
    private const string Script = "accounts_live.py";

    [Fact]
    public Task Files_go_up_and_down_by_curl_as_they_do_by_sftp() => server.RunAsync(Script, "files");

    [Fact]
    public Task A_share_is_used_as_often_as_it_may_be_by_fifty_at_once() => server.RunAsync(Script, "shares");
}
