using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Json;

namespace Hpc.HttpApi.Tests;

/// <summary>Null is read as if nothing were said.</summary>
public sealed class NullTests
{
    private const string Kim = """
        {"username":"kim","status":1,"uid":null,"gid":null,"quota_size":null,"max_sessions":null,"has_password":null,"home_dir":"/srv/kim","permissions":{"/":["*"]},
         "expiration_date":null,"filters":{"disable_fs_checks":null,"max_upload_file_size":null,"password_expiration":null,"hooks":{"pre_login_disabled":null}},
         "filesystem":{"provider":null,"s3config":{"upload_part_size":null,"force_path_style":null}}}
        """;

    [Fact]
    public async Task Null_for_a_number_or_a_truth_value_is_its_default_in_requests_and_dumps()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        (await admin.PostAsync("/users", Kim)).ShouldBe(201);
        JsonNode kim = (await admin.GetAsync("/users/kim")).ShouldBe(200).Json;
        kim["uid"]!.GetValue<long>().ShouldBe(0);
        kim["filters"]!["disable_fs_checks"]!.GetValue<bool>().ShouldBeFalse();
        (await admin.PutAsync("/users/kim", Kim)).ShouldBe(200);
        (await admin.DeleteAsync("/users/kim")).ShouldBe(200);
        (await admin.PostAsync("/loaddata", $$"""{"version":17,"users":[{{Kim}}]}""")).ShouldBe(200);
        (await admin.GetAsync("/users/kim")).ShouldBe(200).Json["quota_size"]!.GetValue<long>().ShouldBe(0);
        (await admin.PutAsync("/admin/profile", """{"email":null,"description":"new","allow_api_key_auth":null}""")).ShouldBe(200);
        (await admin.GetAsync("/admin/profile")).Json["allow_api_key_auth"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"uid":"7"}""", "uid", "a string", "a whole number of 64 bits")]
    [InlineData("""{"uid":1.5}""", "uid", "a number that is not whole, or out of range", "a whole number of 64 bits")]
    [InlineData("""{"status":4294967296}""", "status", "a number out of range", "a whole number from -2147483648 to 2147483647")]
    [InlineData("""{"filters":{"disable_fs_checks":1}}""", "filters.disable_fs_checks", "a number out of range", "true or false")]
    [InlineData("""{"has_password":"yes"}""", "has_password", "a string", "true or false")]
    [InlineData("""{"virtual_folders":[{},{"quota_size":[]}]}""", "virtual_folders[1].quota_size", "a list", "a whole number of 64 bits")]
    public async Task A_value_of_another_form_is_told_with_its_path(string json, string path, string found, string allowed)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonNode error = (await (await server.AdminAsync()).PostAsync("/users", json)).ShouldBe(400).Json["errors"]!.AsArray().Single()!;
        error["path"]!.GetValue<string>().ShouldBe(path);
        error["found"]!.GetValue<string>().ShouldBe(found);
        error["allowed"]!.GetValue<string>().ShouldBe(allowed);
    }

    [Fact]
    public void What_may_be_absent_stays_absent_and_what_is_written_is_read_again()
    {
        JsonSerializer.Deserialize("""{"has_password":null}""", AccountsJson.Default.User)!.HasPassword.ShouldBeNull();
        JsonSerializer.Deserialize("""{"has_password":true}""", AccountsJson.Default.User)!.HasPassword.ShouldBe(true);
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            var user = new User { Uid = random.NextInt64(), QuotaSize = -random.NextInt64(), Status = random.Next(int.MinValue, int.MaxValue), HasPassword = random.Next(2) == 0, Filters = new() { DisableFsChecks = random.Next(2) == 0 } };
            User read = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(user, AccountsJson.Default.User), AccountsJson.Default.User)!;
            (read.Uid, read.QuotaSize, read.Status, read.HasPassword, read.Filters.DisableFsChecks).ShouldBe((user.Uid, user.QuotaSize, user.Status, user.HasPassword, user.Filters.DisableFsChecks));
        }

        HttpApiJson.Default.Options.Converters.ShouldContain(converter => converter is NullAsDefaultConverter);
    }
}
