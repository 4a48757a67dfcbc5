using System.Diagnostics;
using System.Globalization;
using Hpc.Accounts.SecondFactor;

namespace Hpc.Accounts.Tests.SecondFactor;

public sealed class TotpTests
{
    // RFC 6238 appendix B; its secrets are these digits, repeated to the length of the hash.
    private const string Digits = "1234567890";

    [Theory]
    [InlineData(59, TotpAlgorithm.Sha1, "287082")]
    [InlineData(59, TotpAlgorithm.Sha256, "119246")]
    [InlineData(59, TotpAlgorithm.Sha512, "693936")]
    [InlineData(1111111109, TotpAlgorithm.Sha1, "081804")]
    [InlineData(1111111109, TotpAlgorithm.Sha256, "084774")]
    [InlineData(1111111109, TotpAlgorithm.Sha512, "091201")]
    [InlineData(1111111111, TotpAlgorithm.Sha1, "050471")]
    [InlineData(1234567890, TotpAlgorithm.Sha256, "819424")]
    [InlineData(2000000000, TotpAlgorithm.Sha512, "618901")]
    [InlineData(20000000000, TotpAlgorithm.Sha1, "353130")]
    [InlineData(20000000000, TotpAlgorithm.Sha256, "737706")]
    [InlineData(20000000000, TotpAlgorithm.Sha512, "863826")]
    public void The_codes_of_the_RFC_are_made(long seconds, TotpAlgorithm algorithm, string code)
    {
        int length = algorithm switch { TotpAlgorithm.Sha1 => 20, TotpAlgorithm.Sha256 => 32, _ => 64 };
        byte[] secret = TestUsers.Utf8(string.Concat(Enumerable.Repeat(Digits, 7))[..length]);
        long step = Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds));

        Totp.Compute(secret, algorithm, step).ShouldBe(code);
        Totp.FindStep(secret, algorithm, code, DateTimeOffset.FromUnixTimeSeconds(seconds)).ShouldBe(step);
    }

    [Theory]
    [InlineData(TotpAlgorithm.Sha1)]
    [InlineData(TotpAlgorithm.Sha256)]
    [InlineData(TotpAlgorithm.Sha512)]
    public async Task The_codes_are_those_of_oathtool(TotpAlgorithm algorithm)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/oathtool"), "oathtool is not installed");
        var random = new Random(6238);
        for (int i = 0; i < 4; i++)
        {
            string secret = TotpSecret.New(algorithm);
            DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(0, 4_000_000_000));
            Base32.TryDecode(secret, out byte[]? key).ShouldBeTrue();

            string expected = await OathtoolAsync($"--totp={algorithm.ToString().ToUpperInvariant()}", "-b", "-N", now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture), secret);

            Totp.Compute(key!, algorithm, Totp.StepOf(now)).ShouldBe(expected);
        }
    }

    [Fact]
    public void Codes_of_one_step_before_and_after_are_found_and_none_further_off()
    {
        byte[] secret = new byte[20];
        new Random(1).NextBytes(secret);
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        long current = Totp.StepOf(now);
        for (long step = current - 20; step <= current + 20; step++)
        {
            long found = Totp.FindStep(secret, TotpAlgorithm.Sha1, Totp.Compute(secret, TotpAlgorithm.Sha1, step), now);
            found.ShouldBe(Math.Abs(step - current) <= 1 ? step : -1);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("12345a")]
    [InlineData("-12345")]
    [InlineData("+12345")]
    [InlineData("12 345")]
    [InlineData("١٢٣٤٥٦")]
    public void What_is_no_code_is_none(string code)
    {
        Totp.IsCode(code).ShouldBeFalse();
        Totp.FindStep(new byte[20], TotpAlgorithm.Sha1, code, DateTimeOffset.UnixEpoch).ShouldBe(-1);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_RFC(string plain, string encoded)
    {
        Base32.Encode(TestUsers.Utf8(plain)).ShouldBe(encoded);
        Base32.TryDecode(encoded, out byte[]? data).ShouldBe(plain.Length > 0);
        data.ShouldBe(plain.Length > 0 ? TestUsers.Utf8(plain) : null);
    }

    [Fact]
    public void What_is_written_in_base32_is_read_back_however_it_is_typed()
    {
        var random = new Random(4648);
        for (int i = 0; i < 200; i++)
        {
            var data = new byte[random.Next(1, 70)];
            random.NextBytes(data);
            string text = Base32.Encode(data);
            foreach (string typed in new[] { text, text.ToUpperInvariant() + "====", string.Join(' ', text.Chunk(4).Select(static part => new string(part))), " " + Lower(text) })
            {
                Base32.TryDecode(typed, out byte[]? read).ShouldBeTrue();
                read.ShouldBe(data);
            }
        }

#pragma warning disable CA1308 // Lower case is what is tested.
        static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
    }

    [Theory]
    [InlineData("MZXW6YT1")]
    [InlineData("MZXW6YT!")]
    [InlineData("ſZXW6YTB")]
    public void What_is_no_base32_is_refused(string text) => Base32.TryDecode(text, out _).ShouldBeFalse();

    [Fact]
    public void Secrets_are_as_long_as_the_hash_and_short_ones_are_not_valid()
    {
        TotpSecret.New(TotpAlgorithm.Sha1).Length.ShouldBe(32);
        TotpSecret.New(TotpAlgorithm.Sha256).Length.ShouldBe(52);
        TotpSecret.New(TotpAlgorithm.Sha512).Length.ShouldBe(103);
        TotpSecret.IsValid(TotpSecret.New(TotpAlgorithm.Sha1)).ShouldBeTrue();
        TotpSecret.IsValid("MZXW6YTB").ShouldBeFalse();
        TotpSecret.IsValid(null).ShouldBeFalse();
        TotpSecret.New(TotpAlgorithm.Sha1).ShouldNotBe(TotpSecret.New(TotpAlgorithm.Sha1));
    }

    [Fact]
    public void The_address_for_authenticators_escapes_what_is_in_it()
    {
        var settings = new TotpSettings { Issuer = "My & Co", Algorithm = TotpAlgorithm.Sha256 };

        TotpSecret.ToUri(settings, "ålice/x?y", "MZXW6YTB")
            .ShouldBe("otpauth://totp/My%20%26%20Co:%C3%A5lice%2Fx%3Fy?algorithm=SHA256&digits=6&issuer=My%20%26%20Co&period=30&secret=MZXW6YTB");
    }

    [Fact]
    public void Recovery_codes_are_twelve_and_no_one_time_passwords()
    {
        IReadOnlyList<string> codes = RecoveryCodes.New();
        codes.Count.ShouldBe(12);
        codes.Distinct().Count().ShouldBe(12);
        codes.ShouldAllBe(code => RecoveryCodes.MayBe(code) && !Totp.IsCode(code) && code.Length == 19);
        RecoveryCodes.MayBe("123456").ShouldBeFalse();
        RecoveryCodes.MayBe(new string('a', 65)).ShouldBeFalse();
        RecoveryCodes.MayBe("abcdefgh\n").ShouldBeFalse();
    }

    private static async Task<string> OathtoolAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("/usr/bin/oathtool", arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
        return output.Trim();
    }
}
