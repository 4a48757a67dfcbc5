namespace Hpc.HttpApi.Tests;

/// <summary>One kind of object as the API shows it, for tests that hold for all of them.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Key">Field that names it.</param>
/// <param name="Permission">What its administrators need to see it.</param>
/// <param name="Body">A good one named NAME, as JSON.</param>
/// <param name="Broken">A field of the wrong form, and the path that the answer names.</param>
internal sealed record ObjectKindCase(string Path, string Key, string Permission, string Body, (string Json, string Path) Broken)
{
    internal static IReadOnlyList<ObjectKindCase> All { get; } =
    [
        new("/users", "username", "view_users", """{"username":"NAME","status":1,"password":"PASSWORD","home_dir":"/srv/NAME","permissions":{"/":["*"]},"unknown":7}""", ("""{"username":"x","filters":{"allowed_ip":"10.0.0.1"}}""", "filters.allowed_ip")),
        new("/groups", "name", "manage_groups", """{"name":"NAME","user_settings":{"quota_files":5},"unknown":{"a":[]}}""", ("""{"name":"x","user_settings":{"quota_files":"many"}}""", "user_settings.quota_files")),
        new("/folders", "name", "manage_folders", """{"name":"NAME","mapped_path":"/srv/folders/NAME"}""", ("""{"name":7}""", "name")),
        new("/admins", "username", "manage_admins", """{"username":"NAME","status":1,"password":"PASSWORD","permissions":["view_users"]}""", ("""{"username":"x","permissions":[3]}""", "permissions[0]")),
        new("/roles", "name", "manage_roles", """{"name":"NAME","description":"a role"}""", ("""{"name":["x"]}""", "name")),
        new("/eventactions", "name", "manage_event_rules", """{"name":"NAME","type":4}""", ("""{"name":"x","type":1.5}""", "type")),
        new("/eventrules", "name", "manage_event_rules", """{"name":"NAME","status":1,"trigger":2,"conditions":{"provider_events":["add"]},"actions":[{"name":"backup","order":1}]}""", ("""{"name":"x","conditions":{"options":{"min_size":true}}}""", "conditions.options.min_size")),
    ];

    public static TheoryData<string> Paths => [.. All.Select(kind => kind.Path)];

    public string BodyOf(string name) => Body.Replace("NAME", name, StringComparison.Ordinal).Replace("PASSWORD", ApiServer.Password, StringComparison.Ordinal);

    internal static ObjectKindCase Of(string path) => All.Single(kind => kind.Path == path);
}
