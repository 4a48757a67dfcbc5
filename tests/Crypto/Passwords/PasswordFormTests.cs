using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

/// <summary>What holds for hashes of every form.</summary>
public sealed class PasswordFormTests
{
    public static TheoryData<string, PasswordAlgorithm, string> Forms { get; } = new()
    {
        // The password of all is "password"; made with mkpasswd, openssl, python's hashlib, argon2 and the coreutils.
        { "$2a$05$geiht8Bi1r7lN.sUkEj70.gakYR09QERy11DAeqpp7siqPIPqDAUW", PasswordAlgorithm.Bcrypt, "$2a$05$" },
        { "$2b$05$vIiYSUAfZYE87A7iZKt4qOm6IpvoEuguNRZZJ5of5.gNzAFwLDnxi", PasswordAlgorithm.Bcrypt, "$2a$05$" },
        { "$2y$04$PiPxoFdJdtZYBk7R2UySsedIWBqz/j0UO0HxBTxKJPw6/qDkgZ5jm", PasswordAlgorithm.Bcrypt, "$2a$04$" },
        { "$argon2id$v=19$m=256,t=1,p=2$c29tZSBzYWx0$TEYhu59mHZdOul/vFLJrJGZEBVTiLvImLe8vcXrH7g0", PasswordAlgorithm.Argon2id, "$argon2id$v=19$m=256,t=1,p=2$" },
        { "$pbkdf2-sha1$1000$E86a9YMX3zC7$WB0NoYmaP6aG9Zyj84x863JZtHI=", PasswordAlgorithm.Pbkdf2Sha1, "$pbkdf2-sha1$1000$x1" },
        { "$pbkdf2-sha256$1000$E86a9YMX3zC7$8Rbu9K72rKgZYxNIMgWjvA2u7l9i/qhEv+APDjQLyUI=", PasswordAlgorithm.Pbkdf2Sha256, "$pbkdf2-sha256$1000$x1" },
        { "$pbkdf2-sha512$1000$E86a9YMX3zC7$PT/UxaqhJWw/Im8Ye1OoIiwj9YchY6VWNHfOfkvBevLYq3mc9rCDb3IMbUlDwdQ8DfcdGqCF6NtHHmniK3njzw==", PasswordAlgorithm.Pbkdf2Sha512, "$pbkdf2-sha512$1000$x1" },
        { "$pbkdf2-b64salt-sha256$1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==$XxPm8O+RAght6pjZN1EFtyCLCC5hFOYoOTEStqN6pPhp4p5XxEyyWYEyta+7/Sus4Cg1X/N5W6UXcYeIFTZVmkP5X4IXwuHeXFfVO6JyjjcE5pVbuVyquKFtdL3ddlCP+O5llOT+S6W28la7U7Bysz6Fas1ijD2PmIECQGzwAuptR75rjQv4ADjDIwQSttqRdt2sQXJ8bm6g6awcvcqxUp+eFRMUAQ7RXzEZJHgsl4t/ZzncaKIiP9MZggbYJpt6YGVjw8XzHyFBmC8sFhGmCrqC113kErpA1J9qYJEGumhO1J4tYPNh016kAY3VeDVZQj1nj9mL2dC9G0E2CDhUTQ==", PasswordAlgorithm.Pbkdf2Sha256, "$pbkdf2-sha256$1000$x8" },
        { "$1$BQSUzgNu$3PI4xEDR2p1ICcAs9PP9d/", PasswordAlgorithm.Md5Crypt, "$1$" },
        { "$apr1$Fbm4wH9l$fPOBqTZ/QpdQ3AVz4/5uf.", PasswordAlgorithm.Md5Crypt, "$1$" },
        { "$5$nM6msX2sJm.CTpLK$vHBqSezmu6TJ0KCMjXxHWvbyClRkKAMOiCW1vg2ygt.", PasswordAlgorithm.Sha256Crypt, "$5$rounds=5000$" },
        { "$6$8W22ksRBwafEQbKF$tb1vLg.evBeVgQT.JlE.TQ/Gsz1qMNtfdgDYuwaWA3ArcH5V758hNCIjUSjHx1k6GrCr/MC2V2fBDZO4l4vT41", PasswordAlgorithm.Sha512Crypt, "$6$rounds=5000$" },
        { "$5$rounds=1000$vHN7Mzk6Yk72XeDU$mRPHLdE4F3h2S2xzVXQrorO6R3lW3gWs8.jTnKicYv5", PasswordAlgorithm.Sha256Crypt, "$5$rounds=1000$" },
        { "$6$rounds=1234$abc.L93GnO3ZZ8D3$xhjZIXU0LSCp8NUIFvnHDLtWTHBfn7WxxkAhuEc3FXNewcxUS8kfKn5dMV.nliYZGsmghQaMV4jOvBe0YnzI2/", PasswordAlgorithm.Sha512Crypt, "$6$rounds=1234$" },
        { "$y$j75$hhGYsCIVsNKNGV28kA8Sg/$bSvUr6wW2cB/YYAm/9qRcexkI5E/KKJDnVG/BN8/vh1", PasswordAlgorithm.Yescrypt, "$y$j75$" },
        { "$y$j9T$2cBZfmLwAKtUsDNXYN9oV/$Vxm8YmbF4sxaeK.6QSKtXlB32b61CKj/fKC2j7bmip3", PasswordAlgorithm.Yescrypt, "$y$j9T$" },
        { "{MD5}5f4dcc3b5aa765d61d8327deb882cf99", PasswordAlgorithm.Digest, "{MD5}" },
        { "{SHA256}5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", PasswordAlgorithm.Digest, "{SHA256}" },
        { "{SHA512}b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86", PasswordAlgorithm.Digest, "{SHA512}" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_known_hash_verifies(string hash, PasswordAlgorithm algorithm, string cost)
    {
        PasswordHash.IsSupported(hash).ShouldBeTrue(PasswordHash.WhyUnsupported(hash));
        PasswordHash.AlgorithmOf(hash).ShouldBe(algorithm);
        PasswordHash.CostOf(hash).ShouldBe(cost);
        PasswordHash.Verify(hash, "password"u8).ShouldBeTrue();
        PasswordHash.Verify(hash, "Password"u8).ShouldBeFalse();
        PasswordHash.Verify(hash, "password "u8).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Empty_passwords_passwords_with_NUL_and_endless_ones_never_fit(string hash, PasswordAlgorithm algorithm, string cost)
    {
        PasswordHash.Verify(hash, []).ShouldBeFalse($"{algorithm} {cost}");
        PasswordHash.Verify(hash, "password\0"u8).ShouldBeFalse();
        PasswordHash.Verify(hash, new byte[1025]).ShouldBeFalse();
        PasswordHash.Verify(hash, Encoding.ASCII.GetBytes(new string('p', 1024))).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_decoy_has_the_form_and_cost_of_the_hash(string hash, PasswordAlgorithm algorithm, string cost)
    {
        string decoy = PasswordHash.NewDecoyLike(hash);
        decoy.ShouldNotBe(hash);
        PasswordHash.NewDecoyLike(hash).ShouldNotBe(decoy);
        PasswordHash.AlgorithmOf(decoy).ShouldBe(algorithm);
        PasswordHash.CostOf(decoy).ShouldBe(cost);
        PasswordHash.Verify(decoy, "password"u8).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_hash_that_is_cut_short_is_not_supported(string hash, PasswordAlgorithm algorithm, string cost)
    {
        for (int length = 0; length < hash.Length - 1; length++)
        {
            // A shorter PBKDF2 key is one of its own, as long as its base64 is whole.
            string cut = hash[..length];
            if (algorithm is not (PasswordAlgorithm.Pbkdf2Sha1 or PasswordAlgorithm.Pbkdf2Sha256 or PasswordAlgorithm.Pbkdf2Sha512 or PasswordAlgorithm.Argon2id))
            {
                PasswordHash.IsSupported(cut).ShouldBeFalse($"{cut} {cost}");
            }

            if (!PasswordHash.IsSupported(cut))
            {
                PasswordHash.Verify(cut, "password"u8).ShouldBeFalse();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_hash_with_changed_letters_is_no_exception_and_what_is_refused_does_not_verify(string hash, PasswordAlgorithm algorithm, string cost)
    {
        var random = new Random(cost.Length + (int)algorithm);
        for (int i = 0; i < 3000; i++)
        {
            string changed = Change(hash, random);
            string? why = PasswordHash.WhyUnsupported(changed);
            PasswordHash.IsSupported(changed).ShouldBe(why is null);
            (PasswordHash.CostOf(changed) is null).ShouldBe(why is not null);
            PasswordHash.IsSupported(PasswordHash.NewDecoyLike(changed)).ShouldBeTrue(changed);
            if (why is not null)
            {
                PasswordHash.Verify(changed, "password"u8).ShouldBeFalse(changed);
            }
        }
    }

    [Theory]
    [InlineData("$5$rounds=999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "rounds=")]
    [InlineData("$5$rounds=1000001$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "1000000")]
    [InlineData("$5$rounds=05000$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "rounds=")]
    [InlineData("$5$rounds=$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "rounds=")]
    [InlineData("$5$saltstringsaltst1$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "16 letters")]
    [InlineData("$1$123456789$UVJ07WdldF6xZIkFsGYfN.", "8 letters")]
    [InlineData("{MD5}X03MO1qnZdYdgyfeuILPmQ==", "not base64")]
    [InlineData("$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "4 to 16")]
    [InlineData("$y$jGT$03fKkkRRT4OvTnxS/qV/K.$65TM/6aAwlWQKEjlbshurWaG4.V5tjTg5w8tdOAbeeA", "1 GiB")]
    [InlineData("$argon2id$v=19$m=1048577,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "1 GiB")]
    [InlineData("$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D", "no known form")]
    [InlineData("plain", "no known form")]
    [InlineData("", "no known form")]
    public void A_hash_that_is_refused_is_refused_with_a_reason(string hash, string part) =>
        PasswordHash.WhyUnsupported(hash).ShouldNotBeNull().ShouldContain(part);

    [Fact]
    public void Hashes_longer_than_1024_characters_are_refused()
    {
        string hash = "$pbkdf2-sha256$1$" + new string('s', 1024) + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        PasswordHash.IsSupported(hash).ShouldBeFalse();
        PasswordHash.Verify(hash, "x"u8).ShouldBeFalse();
    }

    [Fact]
    public void The_longest_passwords_verify()
    {
        byte[] password = [.. Enumerable.Range(0, 1024).Select(i => (byte)(1 + (i % 255)))];
        PasswordHash.Verify("{SHA256}" + Convert.ToHexString(SHA256.HashData(password)), password).ShouldBeTrue();
        PasswordHash.Verify(PasswordHash.Hash(password), password).ShouldBeTrue();
    }

    [Fact]
    public void New_hashes_are_made_with_the_options()
    {
        PasswordHash.Create("password"u8, PasswordHashOptions.Default).ShouldStartWith("$2a$10$");
        PasswordHash.Create("password"u8, new PasswordHashOptions { BcryptCost = 5 }).ShouldStartWith("$2a$05$");
        PasswordHash.NewDecoy(new PasswordHashOptions { BcryptCost = 5 }).ShouldStartWith("$2a$05$");

        var argon2 = new PasswordHashOptions { Algorithm = PasswordAlgorithm.Argon2id };
        string hash = PasswordHash.Create("password"u8, argon2);
        hash.ShouldStartWith("$argon2id$v=19$m=65536,t=1,p=2$");
        PasswordHash.Verify(hash, "password"u8).ShouldBeTrue();
        PasswordHash.CostOf(PasswordHash.NewDecoy(argon2)).ShouldBe(PasswordHash.CostOf(hash));
        PasswordHash.IsMadeBy(hash, argon2 with { Argon2Passes = 3 }).ShouldBeTrue();
        PasswordHash.IsMadeBy(hash, PasswordHashOptions.Default).ShouldBeFalse();
    }

    [Fact]
    public void Options_out_of_range_make_no_hash()
    {
        PasswordHashOptions[] wrong =
        [
            new() { BcryptCost = 3 },
            new() { BcryptCost = 17 },
            new() { Algorithm = PasswordAlgorithm.Argon2id, Argon2MemoryKiB = 15 },
            new() { Algorithm = PasswordAlgorithm.Argon2id, Argon2Lanes = 17 },
            new() { Algorithm = PasswordAlgorithm.Sha512Crypt },
        ];
        foreach (PasswordHashOptions options in wrong)
        {
            options.WhyInvalid().ShouldNotBeNull();
            Should.Throw<ArgumentOutOfRangeException>(() => PasswordHash.Create("x"u8, options));
            Should.Throw<ArgumentOutOfRangeException>(() => PasswordHash.NewDecoy(options));
        }
    }

    private static string Change(string hash, Random random)
    {
        const string Letters = "$,=./{}+- \0é09azAZ:\\\n";
        var text = new StringBuilder(hash);
        for (int changes = random.Next(1, 4); changes > 0 && text.Length > 0; changes--)
        {
            int at = random.Next(random.Next(2) == 0 ? Math.Min(30, text.Length) : text.Length);
            char letter = Letters[random.Next(Letters.Length)];
            _ = random.Next(4) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, letter),
                2 => text.Insert(at, text.ToString(at, random.Next(text.Length - at))),
                _ => text.Replace(text[at], letter, at, 1),
            };
        }

        return text.ToString();
    }
}
