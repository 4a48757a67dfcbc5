using Hpc.Accounts.Authentication;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class VerifiedPasswordsTests
{
    private readonly TickingTime _time = new();

    [Fact]
    public void Only_the_password_that_was_verified_is_known()
    {
        using VerifiedPasswords known = New();
        known.Add("alice", "hash", TestUsers.Utf8("secret"));

        known.Knows("alice", "hash", TestUsers.Utf8("secret")).ShouldBeTrue();
        known.Knows("alice", "hash", TestUsers.Utf8("Secret")).ShouldBeFalse();
        known.Knows("alice", "hash", []).ShouldBeFalse();
        known.Knows("bob", "hash", TestUsers.Utf8("secret")).ShouldBeFalse();
    }

    [Fact]
    public void A_changed_hash_is_not_known()
    {
        using VerifiedPasswords known = New();
        known.Add("alice", "hash", TestUsers.Utf8("secret"));

        known.Knows("alice", "other", TestUsers.Utf8("secret")).ShouldBeFalse();
    }

    [Fact]
    public void Values_are_not_run_together()
    {
        using VerifiedPasswords known = New();
        known.Add("alice", "hashs", TestUsers.Utf8("ecret"));

        known.Knows("alice", "hash", TestUsers.Utf8("secret")).ShouldBeFalse();
    }

    [Fact]
    public void A_verification_is_good_for_its_time_and_use_does_not_prolong_it()
    {
        using VerifiedPasswords known = New();
        known.Add("alice", "hash", TestUsers.Utf8("secret"));
        _time.Advance(TimeSpan.FromMinutes(9));
        known.Knows("alice", "hash", TestUsers.Utf8("secret")).ShouldBeTrue();

        _time.Advance(TimeSpan.FromMinutes(1));

        known.Knows("alice", "hash", TestUsers.Utf8("secret")).ShouldBeFalse();
        known.Count.ShouldBe(0);
    }

    [Fact]
    public void Who_has_not_logged_in_for_the_longest_time_goes_first()
    {
        using VerifiedPasswords known = New(capacity: 2);
        known.Add("alice", "hash", TestUsers.Utf8("a"));
        known.Add("bob", "hash", TestUsers.Utf8("b"));
        known.Knows("alice", "hash", TestUsers.Utf8("a")).ShouldBeTrue();

        known.Add("carol", "hash", TestUsers.Utf8("c"));

        known.Count.ShouldBe(2);
        known.Knows("bob", "hash", TestUsers.Utf8("b")).ShouldBeFalse();
        known.Knows("alice", "hash", TestUsers.Utf8("a")).ShouldBeTrue();
        known.Knows("carol", "hash", TestUsers.Utf8("c")).ShouldBeTrue();
    }

    [Fact]
    public void One_user_takes_one_place_whatever_the_passwords()
    {
        using VerifiedPasswords known = New(capacity: 2);
        for (int i = 0; i < 100; i++)
        {
            known.Add("alice", "hash", TestUsers.Utf8($"secret{i}"));
        }

        known.Count.ShouldBe(1);
        known.Knows("alice", "hash", TestUsers.Utf8("secret99")).ShouldBeTrue();
        known.Knows("alice", "hash", TestUsers.Utf8("secret98")).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_known_after_the_end()
    {
        VerifiedPasswords known = New();
        known.Add("alice", "hash", TestUsers.Utf8("secret"));
        known.Dispose();

        known.Knows("alice", "hash", TestUsers.Utf8("secret")).ShouldBeFalse();
    }

    private VerifiedPasswords New(int capacity = 500) =>
        new(new VerifiedPasswordsOptions { Capacity = capacity, Lifetime = TimeSpan.FromMinutes(10) }, _time);

    private sealed class TickingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
