using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

/// <summary>Whoever was let in and then keeps the server waiting for the body has no more rights than who comes when the body does.</summary>
public sealed class SlowBodyTests
{
    private const string NewRole = """{"name":"mine"}""";

    [Fact]
    public async Task A_request_that_waits_ends_with_the_password_of_its_token()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient thief = await server.AdminAsync();
        using SlowRequest request = await SlowRequest.BeginAsync(server, thief, "POST", "/roles", NewRole);
        await ChangeAsync(server, thief.Name, admin => admin with { Password = "another horse 2" });
        (await request.EndAsync()).ShouldBe(401);
        (await (await server.AdminAsync()).GetAsync("/roles")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_waits_is_judged_by_the_permissions_of_its_end()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient boss = await server.AdminAsync();
        using SlowRequest without = await SlowRequest.BeginAsync(server, boss, "POST", "/roles", NewRole);
        using SlowRequest with = await SlowRequest.BeginAsync(server, boss, "POST", "/admins", """{"username":"friend","password":"another horse 2","status":1,"permissions":["*"]}""");
        await ChangeAsync(server, boss.Name, admin => admin with { Password = null, Permissions = [AdminPermissionNames.ManageAdmins] });
        (await without.EndAsync()).ShouldBe(403);
        (await with.EndAsync()).ShouldBe(403);
        (await (await server.AdminAsync()).GetAsync("/admins/friend")).ShouldBe(404);
    }

    [Fact]
    public async Task A_dump_that_waits_is_not_loaded_for_who_was_removed()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient gone = await server.AdminAsync();
        ApiClient boss = await server.AdminAsync();
        string dump = (await boss.GetAsync("/dumpdata?output-data=1")).ShouldBe(200).Body;
        using SlowRequest request = await SlowRequest.BeginAsync(server, gone, "POST", "/loaddata", dump);
        (await boss.DeleteAsync("/admins/" + gone.Name)).ShouldBe(200);
        (await request.EndAsync()).ShouldBe(401);
        (await boss.GetAsync("/admins/" + gone.Name)).ShouldBe(404);
    }

    [Fact]
    public async Task Nobody_takes_over_the_second_factor_of_an_account_whose_password_was_changed_meanwhile()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim");
        ApiClient thief = await server.UserLoginAsync("kim");
        string secret = (await thief.PostAsync("/user/totp/generate", "{}")).ShouldBe(200).Json["secret"]!.GetValue<string>();
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        (await thief.PostAsync("/user/totp/validate", $$"""{"config_name":"Default","passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        string save = $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"},"protocols":["HTTP"]}""";
        using SlowRequest request = await SlowRequest.BeginAsync(server, thief, "POST", "/user/totp/save", save);
        ApiClient kim = await server.UserLoginAsync("kim");
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(200);
        (await request.EndAsync()).ShouldBe(401);
        (await thief.GetAsync("/user/profile")).ShouldBe(401);
        await server.UserLoginAsync("kim", "another horse 2");
    }

    [Fact]
    public async Task A_body_that_was_waited_for_is_as_good_as_any()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        using SlowRequest request = await SlowRequest.BeginAsync(server, await server.AdminAsync(), "POST", "/roles", NewRole);
        (await request.EndAsync()).ShouldBe(201);
    }

    private static async Task ChangeAsync(ApiServer server, string name, Func<Admin, Admin> change)
    {
        Admin stored = (await server.Parts.Services.Admins.FindAsync(name, ChangeContext.Operator, CancellationToken.None))!.Value;
        ObjectResult<Admin> changed = await server.Parts.Services.Admins.UpdateAsync(name, change(stored), null, ChangeContext.Operator, CancellationToken.None);
        changed.Status.ShouldBe(ObjectStatus.Done, changed.Message);
    }
}
