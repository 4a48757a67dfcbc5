using System.Text.Json.Nodes;

namespace Hpc.HttpApi.Tests;

public sealed class IpListTests
{
    [Fact]
    public async Task An_entry_is_added_read_listed_replaced_and_removed()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync("manage_ip_lists");
        ApiAnswer added = (await admin.PostAsync("/iplists/2", """{"ipornet":"10.1.0.0/16","mode":2,"type":2,"description":"x"}""")).ShouldBe(201);
        added.Headers["Location"].ShouldBe("/api/v2/iplists/2/10.1.0.0%2F16");
        (await admin.PostAsync("/iplists/2", """{"ipornet":"10.1.0.0/16","mode":2,"type":2}""")).ShouldBe(409);
        ApiAnswer read = (await admin.GetAsync("/iplists/2/10.1.0.0%2F16")).ShouldBe(200);
        read.Json["ipornet"]!.GetValue<string>().ShouldBe("10.1.0.0/16");
        (await admin.GetAsync("/iplists/1/10.1.0.0%2F16")).ShouldBe(404);
        (await admin.PutAsync("/iplists/2/10.1.0.0%2F16", """{"ipornet":"10.1.0.0/16","mode":1,"type":2}""", read.Headers["ETag"])).ShouldBe(200);
        (await admin.PutAsync("/iplists/2/10.1.0.0%2F16", """{"ipornet":"10.1.0.0/16","mode":1,"type":2}""", read.Headers["ETag"])).ShouldBe(412);
        (await admin.DeleteAsync("/iplists/2/10.1.0.0%2F16")).ShouldBe(200);
        (await admin.DeleteAsync("/iplists/2/10.1.0.0%2F16")).ShouldBe(404);
    }

    [Fact]
    public async Task A_list_is_paged_from_an_entry_on()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        foreach (string address in new[] { "10.0.0.1", "10.0.0.2", "10.0.0.3", "192.0.2.1" })
        {
            (await admin.PostAsync("/iplists/3", $$"""{"ipornet":"{{address}}","mode":1}""")).ShouldBe(201);
        }

        JsonArray first = (await admin.GetAsync("/iplists/3?limit=2")).ShouldBe(200).Json.AsArray();
        first.Count.ShouldBe(2);
        string last = first[1]!["ipornet"]!.GetValue<string>();
        (await admin.GetAsync($"/iplists/3?limit=5&from={Uri.EscapeDataString(last)}")).ShouldBe(200).Json.AsArray().Count.ShouldBe(2);
        (await admin.GetAsync("/iplists/3?filter=10.")).ShouldBe(200).Json.AsArray().Count.ShouldBe(3);
        (await admin.GetAsync("/iplists/1")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_list_or_no_network_is_refused()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/iplists/4")).ShouldBe(400);
        (await admin.GetAsync("/iplists/x")).ShouldBe(400);
        (await admin.PostAsync("/iplists/2", """{"ipornet":"somewhere","mode":2}""")).ShouldBe(400).Body.ShouldContain("ipornet");
        (await admin.PostAsync("/iplists/2", """{"ipornet":7}""")).ShouldBe(400);
        (await (await server.AdminAsync("view_users")).GetAsync("/iplists/2")).ShouldBe(403);
    }
}
