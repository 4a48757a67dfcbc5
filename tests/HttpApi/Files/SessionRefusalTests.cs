using System.Net;
using Hpc.Accounts.Sessions;

namespace Hpc.HttpApi.Tests;

public sealed class SessionRefusalTests
{
    [Theory]
    [InlineData(SessionObstacle.Limit, 429, "Too many sessions")]
    [InlineData(SessionObstacle.FilesUnavailable, 503, "The files of this account are not available.")]
    [InlineData(SessionObstacle.ServerUnavailable, 503, "try again later")]
    [InlineData(SessionObstacle.AccountChanged, 403, "The account was changed; log in again.")]
    public async Task A_session_that_may_not_begin_is_refused_with_its_reason(SessionObstacle obstacle, int status, string text)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        server.Sessions.Obstacle = obstacle;
        ApiAnswer answer = (await kim.GetAsync("/user/files?path=f")).ShouldBe((HttpStatusCode)status);
        answer.Error.ShouldContain(text);
        answer.Headers.ContainsKey("Retry-After").ShouldBe(obstacle != SessionObstacle.AccountChanged);
    }
}
