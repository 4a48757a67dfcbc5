using System.Net;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;

namespace Hpc.HttpApi.Tests;

/// <summary>Shares that end, or become other ones, while somebody uses them.</summary>
public sealed class ShareEndTests
{
    private static readonly Share Shared = new() { Scope = 1, Paths = ["/large"], MaxTokens = 3 };

    public static TheoryData<SessionVerdict, Func<Share, Share>> Changes => new()
    {
        { SessionVerdict.GoesOn, share => share with { Name = "another", Description = "another", MaxTokens = 1 } },
        { SessionVerdict.ShareChanged, share => share with { Scope = 2 } },
        { SessionVerdict.ShareChanged, share => share with { Paths = ["/elsewhere"] } },
        { SessionVerdict.ShareChanged, share => share with { Password = "another horse 2" } },
        { SessionVerdict.ShareChanged, share => share with { AllowFrom = ["192.0.2.0/24"] } },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task A_download_is_judged_by_what_the_share_became(SessionVerdict verdict, Func<Share, Share> change)
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server);
        using HttpResponseMessage response = await BeginAsync(server, id);
        Share stored = (await FindAsync(server, id))!;
        (await server.Api.Parts.Services.Shares.UpdateAsync(id, change(stored), null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
        (await JudgeAsync(server, id)).ShouldBe(verdict);
    }

    [Fact]
    public async Task A_download_of_a_share_that_is_removed_breaks_off_and_is_no_use()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server);
        using HttpResponseMessage response = await BeginAsync(server, id);
        (await JudgeAsync(server, id)).ShouldBe(SessionVerdict.GoesOn);
        (await ShareReadTests.UsedAsync(server, id)).ShouldBe(1);
        (await server.Api.Parts.Services.Shares.DeleteAsync(id, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
        (await JudgeAsync(server, id)).ShouldBe(SessionVerdict.ShareRemoved);
        server.Sessions.Open.Single().End(SessionEndReason.AccountChanged);
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        server.Sessions.Ends.ShouldBe([SessionEndReason.AccountChanged]);
    }

    [Fact]
    public async Task A_share_that_expires_during_a_download_is_over_for_it()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server, server.Api.Time.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds());
        using HttpResponseMessage response = await BeginAsync(server, id);
        (await JudgeAsync(server, id)).ShouldBe(SessionVerdict.GoesOn);
        server.Api.Time.Advance(TimeSpan.FromMinutes(1));
        (await JudgeAsync(server, id)).ShouldBe(SessionVerdict.ShareExpired);
        server.Sessions.Open.Single().End(SessionEndReason.AccountChanged);
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        await FileServer.WhileAsync(() => server.Sessions.Open.Count > 0);
        (await ShareReadTests.UsedAsync(server, id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_share_that_changes_while_its_session_begins_is_refused_without_talk_of_an_account()
    {
        await using FileServer server = await FileServer.StartAsync();
        string id = await AddAsync(server);
        server.Sessions.Obstacle = SessionObstacle.AccountChanged;
        (await server.Api.Anonymous.GetAsync($"/shares/{id}?compress=false")).ShouldBe(403).Body.ShouldContain("The share was changed");
    }

    [Fact]
    public async Task What_users_do_in_person_has_no_share()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await server.StatusAsync("GET", "/user/dirs", kim)).ShouldBe(HttpStatusCode.OK);
        server.Sessions.Requests.Single().Share.ShouldBeNull();
    }

    [Fact]
    public void The_id_of_a_share_stands_in_no_log() => SessionShare.Of(Shared with { Id = "a secret" }).ToString().ShouldNotContain("secret");

    private static async Task<string> AddAsync(FileServer server, long end = 0)
    {
        string id = await ShareReadTests.AddAsync(server, Shared with { ExpiresAt = end });
        await server.WriteAsync("kim", "/large", new byte[64 << 20]);
        return id;
    }

    private static async Task<HttpResponseMessage> BeginAsync(FileServer server, string id)
    {
        using HttpRequestMessage request = FileServer.Request("GET", $"/shares/{id}?compress=false", null);
        HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Sessions.Open.Count.ShouldBe(1);
        return response;
    }

    private static async Task<SessionVerdict> JudgeAsync(FileServer server, string id)
    {
        SessionShare opened = server.Sessions.Requests.Single().Share.ShouldNotBeNull();
        opened.Id.ShouldBe(id);
        return opened.Judge(await FindAsync(server, id), server.Api.Time.GetUtcNow());
    }

    private static async Task<Share?> FindAsync(FileServer server, string id) =>
        (await server.Api.Parts.Services.Shares.FindAsync(id, ChangeContext.Operator, CancellationToken.None))?.Value;
}
