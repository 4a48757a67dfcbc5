using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects.Validation;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Hosting;

public sealed class FtpUserPolicyTests
{
    [Theory]
    [InlineData("ann", true)]
    [InlineData("bob", false)]
    [InlineData("cold", true)]
    [InlineData("nobody", false)]
    [InlineData(" Ann ", true)]
    public async Task Who_must_use_tls_is_told_by_the_name_that_a_login_goes_by(string name, bool isAsked)
    {
        var policy = new FtpUserPolicy(new Users(), OptionMapping.UserNames(NamingRules.Trim | NamingRules.LowerCase), NullLogger<FtpUserPolicy>.Instance);
        (await policy.RequiresTlsAsync(name, TestContext.Current.CancellationToken)).ShouldBe(isAsked);
    }

    [Fact]
    public async Task Names_are_what_they_are_without_rules()
    {
        var policy = new FtpUserPolicy(new Users(), OptionMapping.UserNames(NamingRules.AllCharacters), NullLogger<FtpUserPolicy>.Instance);
        (await policy.RequiresTlsAsync(" Ann ", TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_cannot_be_looked_up_is_asked_for_tls()
    {
        var policy = new FtpUserPolicy(new Users(), OptionMapping.UserNames(NamingRules.AllCharacters), NullLogger<FtpUserPolicy>.Instance);
        (await policy.RequiresTlsAsync("fault", TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ann", 2)]
    [InlineData("bob", 2)]
    [InlineData("cold", 2)]
    [InlineData("nobody", 2)]
    [InlineData(" Ann ", 3)]
    [InlineData("Nobody", 3)]
    public async Task The_store_is_asked_as_often_for_names_that_are_known_as_for_others(string name, int times)
    {
        var users = new Users();
        var policy = new FtpUserPolicy(users, OptionMapping.UserNames(NamingRules.Trim | NamingRules.LowerCase), NullLogger<FtpUserPolicy>.Instance);
        await policy.RequiresTlsAsync(name, TestContext.Current.CancellationToken);
        users.Asked.ShouldBe(times);
    }

    private sealed class Users : IAccountDirectory
    {
        /// <summary>How often the store was asked.</summary>
        public int Asked { get; private set; }

        public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
        {
            user = userName switch { "ann" => Account(userName, isTlsRequired: true), "bob" => Account(userName, isTlsRequired: false), _ => null };
            return user is not null;
        }

        public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
        {
            if (TryFindNow(userName, out UserAccount? user))
            {
                return new(user);
            }

            Asked++;
            return userName switch
            {
                "cold" => new(Account(userName, isTlsRequired: true)),
                "fault" => throw new InvalidOperationException("away"),
                _ => new((UserAccount?)null),
            };
        }

        public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => new(0L);

        private static UserAccount Account(string name, bool isTlsRequired) =>
            new() { UserName = name, HomeDirectory = "/srv/" + name, Logins = LoginRules.None with { IsTlsRequired = isTlsRequired } };
    }
}
