using System.Text.Json.Serialization;

namespace Library.Contracts.Users;

/// <summary>Pending while the saga that makes the user is unfinished; only an active user can log in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UserState>))]
public enum UserState
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("active")]
    Active,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("erased")]
    Erased,
}
