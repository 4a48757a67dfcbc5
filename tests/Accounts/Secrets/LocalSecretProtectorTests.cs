using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Crypto.Secrets;

namespace Hpc.Accounts.Tests.Secrets;

public sealed class LocalSecretProtectorTests : IDisposable
{
    private readonly MasterKey _masterKey = new("a master key"u8);
    private readonly LocalSecretProtector _protector;

    public LocalSecretProtectorTests() => _protector = new LocalSecretProtector(_masterKey);

    public void Dispose() => _masterKey.Dispose();

    [Theory]
    [InlineData("s")]
    [InlineData("pässwörd 🔑")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nline\n")]
    public void What_is_protected_is_revealed(string value)
    {
        Secret secret = _protector.Protect(Plain(value), "alice");

        secret.Status.ShouldBe("Secretbox");
        secret.Mode.ShouldBe(1);
        secret.AdditionalData.ShouldBe("alice");
        secret.Key.Length.ShouldBe(64);
        Convert.FromBase64String(secret.Payload).Length.ShouldBe(24 + 16 + Encoding.UTF8.GetByteCount(value));
        _protector.TryReveal(secret, out string? revealed).ShouldBeTrue();
        revealed.ShouldBe(value);
    }

    [Fact]
    public void The_same_value_is_never_encrypted_alike()
    {
        Secret first = _protector.Protect(Plain("value"), "alice");
        Secret second = _protector.Protect(Plain("value"), "alice");
        second.Key.ShouldNotBe(first.Key);
        second.Payload.ShouldNotBe(first.Payload);
    }

    [Fact]
    public void Without_a_master_key_secrets_have_mode_0_and_open_with_any_protector()
    {
        Secret secret = new LocalSecretProtector(null).Protect(Plain("value"), "alice");
        secret.Mode.ShouldBe(0);
        _protector.TryReveal(secret, out string? value).ShouldBeTrue();
        value.ShouldBe("value");
    }

    [Fact]
    public void Without_its_master_key_a_secret_stays_one()
    {
        Secret secret = _protector.Protect(Plain("value"), "alice");
        using var other = new MasterKey("another key"u8);
        new LocalSecretProtector(other).TryReveal(secret, out string? value).ShouldBeFalse();
        value.ShouldBeNull();
        new LocalSecretProtector(null).TryReveal(secret, out _).ShouldBeFalse();
        _protector.TryReveal(secret with { Mode = 0 }, out _).ShouldBeFalse();
    }

    // The layout step by step as R16.8 tells it.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_secret_put_together_by_the_specification_opens(int mode)
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        byte[] nonce = RandomNumberGenerator.GetBytes(24);
        byte[] name = "user1"u8.ToArray();
        byte[] secret = mode == 1 ? "a master key"u8.ToArray() : SHA256.HashData([.. key, .. name, .. key]);
        byte[] prk = HMACSHA256.HashData(key, secret);
        byte[] info = [.. name, 1];
        byte[] boxKey = HMACSHA256.HashData(prk, info);
        byte[] box = Secretbox.Seal(boxKey, nonce, "the value"u8);

        var stored = new Secret
        {
            Status = "Secretbox",
            Payload = Convert.ToBase64String([.. nonce, .. box]),
            Key = Convert.ToHexString(key),
            AdditionalData = "user1",
            Mode = mode,
        };
        _protector.TryReveal(stored, out string? value).ShouldBeTrue();
        value.ShouldBe("the value");
    }

    [Fact]
    public void A_damaged_secret_is_not_revealed_and_no_exception()
    {
        Secret secret = _protector.Protect(Plain("value"), "alice");
        Secret[] damaged =
        [
            secret with { AdditionalData = "bob" },
            secret with { Key = new string('0', 64) },
            secret with { Key = new string('g', 64) },
            secret with { Key = "" },
            secret with { Key = secret.Key + "00" },
            secret with { Payload = "" },
            secret with { Payload = "not base64" },
            secret with { Payload = secret.Payload[..40] },
            secret with { Payload = Flip(secret.Payload) },
            secret with { Mode = 2 },
            secret with { Mode = -1 },
            secret with { Status = SecretStatus.AesGcm },
            secret with { Status = "AWS" },
            secret with { Status = SecretStatus.Redacted },
        ];
        foreach (Secret broken in damaged)
        {
            _protector.TryReveal(broken, out string? value).ShouldBeFalse();
            value.ShouldBeNull();
        }
    }

    [Fact]
    public void Secrets_that_are_empty_stay_empty()
    {
        _protector.Protect(new Secret(), "alice").IsEmpty.ShouldBeTrue();
        _protector.Protect(Plain(""), "alice").IsEmpty.ShouldBeTrue();
        _protector.TryReveal(new Secret(), out string? value).ShouldBeTrue();
        value.ShouldBe("");
    }

    [Fact]
    public void Secrets_that_are_encrypted_or_stand_for_others_are_left_alone()
    {
        Secret secret = _protector.Protect(Plain("value"), "alice");
        _protector.Protect(secret, "bob").ShouldBeSameAs(secret);
        var redacted = new Secret { Status = SecretStatus.Redacted };
        _protector.Protect(redacted, "bob").ShouldBeSameAs(redacted);
    }

    [Fact]
    public void A_payload_without_a_status_is_encrypted() =>
        _protector.Protect(new Secret { Payload = "value" }, "alice").Status.ShouldBe("Secretbox");

    [Fact]
    public void A_plain_secret_is_revealed_as_it_is()
    {
        _protector.TryReveal(Plain("value"), out string? value).ShouldBeTrue();
        value.ShouldBe("value");
    }

    private static Secret Plain(string value) => new() { Status = SecretStatus.Plain, Payload = value };

    private static string Flip(string payload)
    {
        byte[] bytes = Convert.FromBase64String(payload);
        bytes[^1] ^= 1;
        return Convert.ToBase64String(bytes);
    }
}
