using System.Text;
using Hpc.Actors.Defender;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;

namespace Hpc.Server.Tests.Configuration;

public class DefenderKeysTests
{
    [Fact]
    public void The_defaults_are_off_and_those_of_SFTPGo()
    {
        HpcOptions options = ConfigurationLoader.Bind();
        OptionMapping.Defender(options.Defender).ShouldBe(new DefenderOptions());
        OptionMapping.RateLimiters(options).ShouldBeEmpty();
        options.AllowListStatus.ShouldBe(0);
        options.Defender.LoginDelayPasswordFailed.ShouldBe(1000);
    }

    [Fact]
    public void All_of_it_is_read()
    {
        HpcOptions options = Bind("""
            {
              "allowlist_status": 1,
              "defender": { "enabled": true, "ban_time": 5, "ban_time_increment": 10, "threshold": 20, "score_invalid": 3, "score_valid": 2, "score_limit_exceeded": 4, "score_no_auth": 1,
                "observation_time": 7, "entries_soft_limit": 1000, "entries_hard_limit": 2000, "login_delay": { "success": 1, "password_failed": 2 } },
              "rate_limiters": [ { "average": 10, "period": 500, "burst": 3, "type": 1, "protocols": "ssh, HTTP" }, { "average": 1, "generate_defender_events": true } ]
            }
            """);
        OptionMapping.Defender(options.Defender).ShouldBe(new DefenderOptions
        {
            IsEnabled = true,
            BanTime = TimeSpan.FromMinutes(5),
            BanTimeIncrement = 10,
            Threshold = 20,
            ScoreInvalid = 3,
            ScoreValid = 2,
            ScoreLimitExceeded = 4,
            ScoreNoAuth = 1,
            ObservationTime = TimeSpan.FromMinutes(7),
            EntriesSoftLimit = 1000,
            EntriesHardLimit = 2000,
        });
        OptionMapping.RateLimiters(options).ShouldBe(
            [
                new RateLimiterOptions { Average = 10, Period = TimeSpan.FromMilliseconds(500), Burst = 3, IsPerHost = false, Protocols = ListProtocols.Ssh | ListProtocols.Http },
                new RateLimiterOptions { Average = 1, GeneratesDefenderEvents = true },
            ]);
        (options.AllowListStatus, options.Defender.LoginDelaySuccess, options.Defender.LoginDelayPasswordFailed).ShouldBe((1, 1, 2));
    }

    [Theory]
    [InlineData("""{ "defender": { "threshold": 2 } }""", "defender.score_invalid")]
    [InlineData("""{ "defender": { "score_no_auth": 15 } }""", "defender.score_no_auth")]
    [InlineData("""{ "defender": { "entries_soft_limit": 150 } }""", "defender.entries_hard_limit")]
    [InlineData("""{ "defender": { "driver": "provider" } }""", "defender.driver")]
    [InlineData("""{ "rate_limiters": [ { "average": 1, "protocols": "SSH,TELNET" } ] }""", "rate_limiters[0].protocols")]
    [InlineData("""{ "rate_limiters": [ { "average": 1, "protocols": "" } ] }""", "rate_limiters[0].protocols")]
    [InlineData("""{ "rate_limiters": [ { "average": 1, "period": 99 } ] }""", "rate_limiters[0].period")]
    [InlineData("""{ "rate_limiters": [ { "average": 1, "entries_hard_limit": 100 } ] }""", "rate_limiters[0].entries_hard_limit")]
    [InlineData("""{ "allowlist_status": 2 }""", "allowlist_status")]
    public void What_does_not_go_together_is_refused(string json, string key) =>
        Should.Throw<ConfigurationException>(() => Bind(json)).Faults.ShouldContain(fault => fault.StartsWith(key + ":", StringComparison.Ordinal));

    private static HpcOptions Bind(string json) => ConfigurationLoader.Bind(JsonFileSource.Parse(Encoding.UTF8.GetBytes(json), "test.json"));
}
