using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Data;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    private DateTimeOffset Later => Time.GetUtcNow().AddHours(1);

    [Fact]
    public async Task A_value_is_found_as_it_was_put()
    {
        byte[] value = RandomNumberGenerator.GetBytes(IEphemeralStore.MaxValue);
        await Ephemeral.PutAsync("token:1", value, Later, Ct);
        await Ephemeral.PutAsync("token:empty", default, Later, Ct);
        (await ValueAsync("token:1")).ShouldBe(value);
        (await ValueAsync("token:empty")).ShouldBe([]);
        (await ValueAsync("token:2")).ShouldBeNull();
        (await ValueAsync("TOKEN:1")).ShouldBeNull();
        (await ValueAsync("token:1 ")).ShouldBeNull();
        await Ephemeral.PutAsync("token:1", "new"u8.ToArray(), Later, Ct);
        (await ValueAsync("token:1")).ShouldBe("new"u8.ToArray());
    }

    [Fact]
    public async Task Names_and_values_have_a_length()
    {
        await Ephemeral.PutAsync(new string('x', 255), default, Later, Ct);
        await Should.ThrowAsync<ArgumentException>(async () => await Ephemeral.PutAsync(new string('x', 256), default, Later, Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await Ephemeral.PutAsync("", default, Later, Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await Ephemeral.PutAsync("token:1", new byte[IEphemeralStore.MaxValue + 1], Later, Ct));
        (await ValueAsync(new string('x', 100_000))).ShouldBeNull();
    }

    [Fact]
    public async Task A_value_past_its_end_is_not_there()
    {
        DateTimeOffset past = Time.GetUtcNow().AddSeconds(-1);
        await Ephemeral.PutAsync("totp:1", "old"u8.ToArray(), past, Ct);
        (await ValueAsync("totp:1")).ShouldBeNull();
        (await Ephemeral.ListAsync("", null, 10, Ct)).ShouldBeEmpty();
        (await Ephemeral.TryRemoveAsync("totp:1", Ct)).ShouldBeFalse();
        (await Ephemeral.TryAddAsync("totp:1", "new"u8.ToArray(), Later, Ct)).ShouldBeTrue();
        (await ValueAsync("totp:1")).ShouldBe("new"u8.ToArray());
        await Ephemeral.PutAsync("totp:1", "old"u8.ToArray(), past, Ct);
        (await ValueAsync("totp:1")).ShouldBeNull();
    }

    [Fact]
    public async Task A_value_ends_when_its_time_comes()
    {
        Assert.SkipUnless(UsesTime, "This provider has a clock of its own.");
        await Ephemeral.PutAsync("code:1", "one"u8.ToArray(), Later, Ct);
        await Ephemeral.PutAsync("code:2", "two"u8.ToArray(), Later.AddHours(5), Ct);
        Time.Advance(TimeSpan.FromMinutes(59));
        (await ValueAsync("code:1")).ShouldNotBeNull();
        (await Ephemeral.TryAddAsync("code:1", default, Later, Ct)).ShouldBeFalse();
        Time.Advance(TimeSpan.FromMinutes(2));
        (await ValueAsync("code:1")).ShouldBeNull();
        (await Ephemeral.ListAsync("code:", null, 10, Ct)).ShouldBe(["code:2"]);
        (await Ephemeral.TryRemoveAsync("code:1", Ct)).ShouldBeFalse();
        await Ephemeral.PurgeAsync(Ct);
        (await ValueAsync("code:1")).ShouldBeNull();
        (await ValueAsync("code:2")).ShouldBe("two"u8.ToArray());
        (await Ephemeral.TryAddAsync("code:1", default, Later, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task Exactly_one_of_many_adds_a_value()
    {
        IDataProvider other = CanShare ? await OpenAsync(MainStorage) : Provider;

        // The mark of a code that was used, and one whose time is over.
        await Ephemeral.PutAsync("totp:old", default, Time.GetUtcNow().AddSeconds(-1), Ct);
        foreach (string name in (string[])["totp:new", "totp:old"])
        {
            bool[] results = await AllAtOnceAsync(
                20, async number => await (number % 2 == 0 ? Provider : other).Ephemeral.TryAddAsync(name, Encoding.UTF8.GetBytes($"{number}"), Later, Ct));
            results.Count(isAdded => isAdded).ShouldBe(1);
            (await ValueAsync(name)).ShouldBe(Encoding.UTF8.GetBytes($"{Array.IndexOf(results, true)}"));
        }
    }

    [Fact]
    public async Task Exactly_one_of_many_removes_a_value()
    {
        IDataProvider other = CanShare ? await OpenAsync(MainStorage) : Provider;
        await Ephemeral.PutAsync("code:1", "x"u8.ToArray(), Later, Ct);
        bool[] results = await AllAtOnceAsync(20, async number => await (number % 2 == 0 ? Provider : other).Ephemeral.TryRemoveAsync("code:1", Ct));
        results.Count(isRemoved => isRemoved).ShouldBe(1);
        (await ValueAsync("code:1")).ShouldBeNull();
    }

    [Fact]
    public async Task Names_are_listed_by_their_beginning_in_pages()
    {
        string[] names = ["token:b", "token:a", "token:B", "token:é", "token:😀", "token:\uff5e", "code:1", "token", "tokenx", "toke%n", "token:a%", "token:a_"];
        foreach (string name in names)
        {
            await Ephemeral.PutAsync(name, default, Later, Ct);
        }

        string[] expected = ["token:B", "token:a", "token:a%", "token:a_", "token:b", "token:é", "token:\uff5e", "token:😀"];
        (await Ephemeral.ListAsync("token:", null, 100, Ct)).ShouldBe(expected);
        (await Ephemeral.ListAsync("token:", null, 3, Ct)).ShouldBe(expected[..3]);
        (await Ephemeral.ListAsync("token:", "token:a%", 3, Ct)).ShouldBe(expected[3..6]);
        (await Ephemeral.ListAsync("toke%", null, 100, Ct)).ShouldBe(["toke%n"]);
        (await Ephemeral.ListAsync("", null, 100, Ct)).Count.ShouldBe(names.Length);
        (await Ephemeral.ListAsync("nothing:", null, 100, Ct)).ShouldBeEmpty();
        foreach (int limit in (int[])[0, 1001])
        {
            await Should.ThrowAsync<ArgumentException>(async () => await Ephemeral.ListAsync("", null, limit, Ct));
        }
    }

    [Fact]
    public async Task What_one_provider_puts_another_finds()
    {
        Assert.SkipUnless(CanShare, "This provider is alone.");
        IDataProvider other = await OpenAsync(MainStorage);
        await Ephemeral.PutAsync("token:1", "x"u8.ToArray(), Later, Ct);
        (await other.Ephemeral.FindAsync("token:1", Ct))!.Value.ToArray().ShouldBe("x"u8.ToArray());
        (await other.Ephemeral.TryRemoveAsync("token:1", Ct)).ShouldBeTrue();
        (await ValueAsync("token:1")).ShouldBeNull();
    }

    private async Task<byte[]?> ValueAsync(string name) => (await Ephemeral.FindAsync(name, Ct))?.ToArray();
}
