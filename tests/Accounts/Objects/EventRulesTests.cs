using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Shouldly;

namespace Hpc.Accounts.Tests.Objects;

public sealed class EventRulesTests
{
    private static string[] WrongAction(int type, EventActionOptions options, out EventActionOptions clean)
    {
        var errors = new ErrorList();
        clean = EventActionRules.Check("o", type, options, null, isRestore: false, errors);
        return [.. errors.Errors.Select(error => error.Path)];
    }

    private static string[] WrongAction(int type, EventActionOptions options) => WrongAction(type, options, out _);

    private static string[] WrongRule(EventRule rule)
    {
        var errors = new ErrorList();
        EventConditionRules.Check("c", rule.Trigger, rule.Conditions, errors);
        EventRuleActionRules.Check("a", rule, new NameRules(NamingRules.Default), errors);
        return [.. errors.Errors.Select(error => error.Path)];
    }

    [Fact]
    public void Every_type_without_options_is_a_whole_action_or_says_what_it_lacks()
    {
        string[] FirstOf(int type) => [.. WrongAction(type, new()).Take(1)];

        FirstOf(0).ShouldBe(["type"]);
        FirstOf(1).ShouldBe(["o.http_config.endpoint"]);
        FirstOf(2).ShouldBe(["o.cmd_config.timeout"]);
        FirstOf(3).ShouldBe(["o.email_config.subject"]);
        FirstOf(8).ShouldBe(["o.retention_config.folders"]);
        FirstOf(9).ShouldBe(["o.fs_config.type"]);
        FirstOf(11).ShouldBe(["o.pwd_expiration_config.threshold"]);
        FirstOf(13).ShouldBe(["o.idp_config.template_user"]);
        FirstOf(14).ShouldBe(["o.user_inactivity_config.disable_threshold"]);
        FirstOf(16).ShouldBe(["type"]);
        foreach (int type in (int[])[4, 5, 6, 7, 10, 12, 15])
        {
            FirstOf(type).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Requests_have_a_body_or_parts_and_a_time_unless_files_are_sent()
    {
        var http = new EventActionHttpConfig { Endpoint = "https://example.com/{{Name}}", Method = "PUT", Timeout = 180, Headers = [new() { Key = "A", Value = "b" }] };
        WrongAction(1, new() { Http = http }).ShouldBeEmpty();
        WrongAction(1, new() { Http = http with { Timeout = 0, Parts = [new() { Name = "f", Filepath = "/{{VirtualPath}}" }] } }).ShouldBeEmpty();
        WrongAction(1, new() { Http = http with { Timeout = 181, Method = "TRACE", Body = "x", Parts = [new() { Name = "f" }], Headers = [new() { Key = "A\r\nB" }] } })
            .ShouldBe(["o.http_config.method", "o.http_config.parts[0].filepath", "o.http_config.parts", "o.http_config.timeout", "o.http_config.headers[0].key"]);
    }

    [Fact]
    public void Commands_are_absolute_and_short()
    {
        WrongAction(2, new() { Command = new() { Command = "/usr/bin/true", Timeout = 120, Arguments = ["-x"], EnvironmentVariables = [new() { Key = "A", Value = "$" }] } }).ShouldBeEmpty();
        WrongAction(2, new() { Command = new() { Command = "true", Timeout = 121, Arguments = [""], EnvironmentVariables = [new() { Key = "A=B" }] } })
            .ShouldBe(["o.cmd_config.timeout", "o.cmd_config.env_vars[0].key", "o.cmd_config.cmd", "o.cmd_config.args[0]"]);
    }

    [Fact]
    public void Files_are_renamed_to_somewhere_else()
    {
        WrongAction(9, new() { Filesystem = new() { Type = 1, Renames = [new() { Key = "/a/../b", Value = "/c/", UpdateModtime = true }], Mkdirs = ["/x"] } }, out EventActionOptions clean).ShouldBeEmpty();
        clean.Filesystem.Renames[0].Key.ShouldBe("/b");
        clean.Filesystem.Mkdirs.ShouldBeEmpty();
        WrongAction(9, new() { Filesystem = new() { Type = 1, Renames = [new() { Key = "/a", Value = "/a" }] } }).ShouldBe(["o.fs_config.renames[0]"]);
        WrongAction(9, new() { Filesystem = new() { Type = 5, Compress = new() { Name = "/a.zip" } } }).ShouldBe(["o.fs_config.compress.paths"]);
        WrongAction(9, new() { Filesystem = new() { Type = 7 } }).ShouldBe(["o.fs_config.type"]);
    }

    [Fact]
    public void Inactive_users_are_disabled_before_they_are_removed()
    {
        WrongAction(14, new() { UserInactivity = new() { DisableThreshold = 30, DeleteThreshold = 60 } }).ShouldBeEmpty();
        WrongAction(14, new() { UserInactivity = new() { DeleteThreshold = 60 } }).ShouldBeEmpty();
        WrongAction(14, new() { UserInactivity = new() { DisableThreshold = 60, DeleteThreshold = 60 } }).ShouldBe(["o.user_inactivity_config.delete_threshold"]);
    }

    [Fact]
    public void A_rule_has_a_trigger_with_its_conditions_and_an_action()
    {
        EventRuleAction action = new() { Name = "a", Order = 1 };
        WrongRule(new() { Trigger = 1, Conditions = new() { FsEvents = ["upload"] }, Actions = [action] }).ShouldBeEmpty();
        WrongRule(new() { Trigger = 1 }).ShouldBe(["c.fs_events", "a"]);
        WrongRule(new() { Trigger = 2, Conditions = new() { ProviderEvents = ["x"] }, Actions = [action] }).ShouldBe(["c.provider_events[0]"]);
        WrongRule(new() { Trigger = 3, Conditions = new() { Schedules = [new() { Hours = "24", DayOfWeek = "*", DayOfMonth = "*", Month = "jan" }] }, Actions = [action] }).ShouldBe(["c.schedules[0].hour"]);
        WrongRule(new() { Trigger = 7, Conditions = new() { IdpLoginEvent = 3 }, Actions = [action] }).ShouldBe(["c.idp_login_event"]);
        WrongRule(new() { Trigger = 8, Actions = [action] }).ShouldBe(["trigger"]);
        WrongRule(new() { Trigger = 6, Actions = [action, action] }).ShouldBe(["a[1].name", "a[1].order"]);
        WrongRule(new() { Trigger = 6, Actions = [action with { RelationOptions = new() { IsFailureAction = true } }] }).ShouldBe(["a"]);
        WrongRule(new() { Trigger = 6, Actions = [action with { RelationOptions = new() { ExecuteSync = true } }] }).ShouldBe(["a[0].relation_options.execute_sync"]);
    }

    [Fact]
    public void Sizes_statuses_and_patterns_of_conditions()
    {
        var options = new ConditionOptions { MinFileSize = 5, MaxFileSize = 5, EventStatuses = [1, 4], Names = [new() { Pattern = "[" }, new() { Pattern = "" }], FsPaths = [new() { Pattern = "/**/*.csv" }], Protocols = ["SFTP", "X"] };
        WrongRule(new() { Trigger = 6, Conditions = new() { Options = options }, Actions = [new() { Name = "a" }] })
            .ShouldBe(["c.options.max_size", "c.options.event_statuses[1]", "c.options.names[0].pattern", "c.options.names[1].pattern", "c.options.protocols[1]"]);
    }
}
