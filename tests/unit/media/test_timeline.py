"""Pictures and sound stand where they belong on the call's clock."""

from ekyc.media.timeline import Track

NTP_S = 1 << 32


def test_times_follow_the_senders_stamps_from_the_first_arrival() -> None:
    track = Track(90_000)
    times = [track.ms(1000 + n * 6000, 500 + n * 66.7 + jitter) for n, jitter in enumerate([0, 9])]
    assert times == [500, 567]


def test_stamps_may_wrap() -> None:
    track = Track(48_000)
    assert track.ms(0xFFFFFFFF - 479, 100) == 100
    assert track.ms(480, 120) == 120


def test_a_camera_that_paused_goes_on_at_the_time_it_came_back() -> None:
    track = Track(90_000)
    track.ms(0, 0)
    assert track.ms(6000, 5000) == 5000


def test_a_new_connection_begins_at_its_arrival_and_never_before_the_old_one_ended() -> None:
    track = Track(90_000)
    track.ms(90_000, 1000)
    track.restart()
    assert track.ms(5, 8000) == 8000
    track.restart()
    assert track.ms(7, 20) == 8001


def test_picture_and_sound_move_together_when_reports_show_them_apart() -> None:
    video, audio = Track(90_000), Track(48_000)
    video.ms(0, 200)  # arrived 100 ms later than the sound taken at the same moment
    audio.ms(0, 100)
    for second in range(1, 12):
        at = second * 1000
        video.ms(second * 90_000, at + 200)
        audio.ms(second * 48_000, at + 100)
        video.reported((50 + second) * NTP_S, second * 90_000)
        audio.reported((50 + second) * NTP_S, second * 48_000)
        video.align(audio)
    picture, sound = video.ms(12 * 90_000, 12_200), audio.ms(12 * 48_000, 12_100)
    assert abs(picture - sound) <= 16
