using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

internal static class SecondFactorSetup
{
    /// <summary>Gives an administrator a second factor; the secret.</summary>
    public static async Task<string> EnableAsync(ApiServer server, Admin admin)
    {
        string secret = TotpSecret.New(TotpAlgorithm.Sha1);
        var totp = new TotpConfig { Enabled = true, ConfigName = "Default", Secret = new Secret { Status = SecretStatus.Plain, Payload = secret } };
        ObjectResult<Admin> changed = await server.Parts.Services.Admins.UpdateAsync(
            admin.Username, admin with { Filters = admin.Filters with { Totp = totp } }, null, ChangeContext.Operator with { IsRestore = true }, CancellationToken.None);
        changed.Status.ShouldBe(ObjectStatus.Done, changed.Message);
        return secret;
    }

    public static string CodeOf(string secret, DateTimeOffset at) => Totp.Compute(FromBase32(secret), TotpAlgorithm.Sha1, Totp.StepOf(at));

    private static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>();
        int bits = 0;
        int value = 0;
        foreach (char c in text.TrimEnd('='))
        {
            value = (value << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(value >> bits));
                value &= (1 << bits) - 1;
            }
        }

        return [.. bytes];
    }
}
