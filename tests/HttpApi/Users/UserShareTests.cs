using System.Text.Json.Nodes;

namespace Hpc.HttpApi.Tests;

public sealed class UserShareTests
{
    [Fact]
    public async Task A_user_keeps_its_own_shares_alone()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        ApiClient lee = await server.UserAsync("lee");
        ApiAnswer added = (await kim.PostAsync("/user/shares", """{"name":"one","scope":1,"paths":["/a"],"password":"a share password","username":"lee"}""")).ShouldBe(201);
        string id = added.Headers["X-Object-ID"];
        added.Headers["Location"].ShouldEndWith("/api/v2/user/shares/" + id);
        JsonNode share = (await kim.GetAsync("/user/shares/" + id)).ShouldBe(200).Json;
        share["password"]!.GetValue<string>().ShouldBe("[**redacted**]");
        share["username"]!.GetValue<string>().ShouldBe("kim");
        (await kim.GetAsync("/user/shares")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);
        (await lee.GetAsync("/user/shares")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
        (await lee.GetAsync("/user/shares/" + id)).ShouldBe(404);
        (await lee.PutAsync("/user/shares/" + id, """{"name":"x","scope":1,"paths":["/"]}""")).ShouldBe(404);
        (await lee.DeleteAsync("/user/shares/" + id)).ShouldBe(404);
        (await kim.PutAsync("/user/shares/" + id, """{"name":"two","scope":1,"paths":["/b"],"password":"[**redacted**]"}""")).ShouldBe(200);
        (await kim.GetAsync("/user/shares/" + id)).Json["name"]!.GetValue<string>().ShouldBe("two");
        (await kim.GetAsync("/user/shares/" + id)).Json["password"]!.GetValue<string>().ShouldBe("[**redacted**]");
        (await kim.DeleteAsync("/user/shares/" + id)).ShouldBe(200);
        (await kim.GetAsync("/user/shares/" + id)).ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"name":"","scope":1,"paths":["/a"]}""")]
    [InlineData("""{"name":"x","scope":4,"paths":["/a"]}""")]
    [InlineData("""{"name":"x","scope":1,"paths":[]}""")]
    [InlineData("""{"name":"x","scope":1,"paths":["/a","/a/b"]}""")]
    [InlineData("""{"name":"x","scope":2,"paths":["/a","/b"]}""")]
    [InlineData("""{"name":"x","scope":1,"paths":["/a"],"expires_at":1}""")]
    [InlineData("""{"name":"x","scope":1,"paths":["/a"],"allow_from":["nowhere"]}""")]
    public async Task A_share_that_breaks_rules_is_refused(string json)
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await kim.PostAsync("/user/shares", json)).ShouldBe(400);
    }

    [Fact]
    public async Task Options_keep_a_user_from_sharing()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with { Filters = user.Filters with { WebClient = ["shares-disabled"] } });
        (await kim.PostAsync("/user/shares", """{"name":"x","scope":1,"paths":["/a"],"password":"a share password"}""")).ShouldBe(403);
        ApiClient lee = await server.UserAsync("lee", user => user with { Filters = user.Filters with { WebClient = ["shares-without-password-disabled"] } });
        (await lee.PostAsync("/user/shares", """{"name":"x","scope":1,"paths":["/a"]}""")).ShouldBe(400);
        (await lee.PostAsync("/user/shares", """{"name":"x","scope":1,"paths":["/a"],"password":"a share password"}""")).ShouldBe(201);
    }
}
